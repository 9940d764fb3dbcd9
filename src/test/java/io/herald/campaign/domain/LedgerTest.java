package io.herald.campaign.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long[] PLACES = {1, 2, 3, 4, 5, 6, 7, 8};

    private static Ledger of(long targeted, long[] p) {
        return new Ledger(targeted, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
    }

    @Test
    void itBalancesWhereEveryTargetedOneIsInOnePlace() {
        assertThat(of(36, PLACES).balanced()).isTrue();
        assertThat(of(35, PLACES).balanced()).isFalse();
        assertThat(of(37, PLACES).balanced()).isFalse();
        assertThat(Ledger.EMPTY.balanced()).isTrue();
    }

    @Test
    void aPlaceWithLessThanNothingInItDoesNotBalanceAnother() {
        for (int i = 0; i < PLACES.length; i++) {
            long[] places = new long[PLACES.length];
            places[i] = -1;
            places[(i + 1) % places.length] = 2;
            assertThat(of(1, places).balanced()).as("place %d", i).isFalse();
        }
    }

    @Test
    void whatWaitsIsCountedAsCancelled() {
        Ledger closed = of(36, PLACES).cancelWaiting();
        assertThat(closed).isEqualTo(new Ledger(36, 1, 0, 3, 4, 5, 6, 7, 10));
        assertThat(closed.balanced()).isTrue();
    }
}
