package io.herald.campaign.domain;

import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Decision;
import io.herald.kernel.Rejection;
import io.herald.support.Definitions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A campaign's life as a test tells it. */
final class CampaignStory {
    static final Definition DEFINITION = Definitions.named("spring");

    private @Nullable Campaign state;
    private Instant now = T0;
    private List<CampaignEvent> last = List.of();

    /** Nothing has happened yet. */
    static CampaignStory nothing() {
        return new CampaignStory();
    }

    static CampaignStory draft() {
        return nothing().does(new CampaignCommand.Create("t1", "c1", DEFINITION));
    }

    static CampaignStory scheduled() {
        return draft().does(new CampaignCommand.Schedule(T0.plusSeconds(60)));
    }

    static CampaignStory running() {
        return draft().does(new CampaignCommand.Start());
    }

    /** Two recipients, both fed. */
    static CampaignStory fed() {
        return running().does(new CampaignCommand.FixAudience(2)).does(new CampaignCommand.Advance(2));
    }

    static CampaignStory paused() {
        return running().does(new CampaignCommand.Pause());
    }

    static CampaignStory completed() {
        return fed().does(review(accepted(2)));
    }

    static CampaignStory cancelled() {
        return draft().does(new CampaignCommand.Cancel());
    }

    static CampaignStory failed() {
        return running().does(new CampaignCommand.Fail("its import is gone", Ledger.EMPTY));
    }

    static Ledger accepted(long count) {
        return new Ledger(count, 0, 0, 0, count, 0, 0, 0, 0);
    }

    static CampaignCommand review(Ledger ledger) {
        return new CampaignCommand.Review(ledger, 0);
    }

    CampaignStory after(Duration time) {
        now = now.plus(time);
        return this;
    }

    CampaignStory at(Instant time) {
        now = time;
        return this;
    }

    CampaignStory does(CampaignCommand command) {
        Decision<CampaignEvent> decision = decide(command);
        assertThat(decision).isInstanceOf(Decision.Accepted.class);
        last = ((Decision.Accepted<CampaignEvent>) decision).events();
        assertThat(last).isNotEmpty();
        for (CampaignEvent event : last) {
            state = Campaign.evolve(state, event);
        }
        return this;
    }

    CampaignStory ignores(CampaignCommand command) {
        assertThat(decide(command)).isEqualTo(Decision.nothing());
        return this;
    }

    Rejection.Code refusal(CampaignCommand command) {
        Decision<CampaignEvent> decision = decide(command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused<CampaignEvent>) decision).rejection().code();
    }

    Decision<CampaignEvent> decide(CampaignCommand command) {
        return CampaignDecider.decide(state, command, now);
    }

    CampaignEvent decided() {
        assertThat(last).hasSize(1);
        return last.getFirst();
    }

    Campaign state() {
        return Objects.requireNonNull(state);
    }

    Status status() {
        return state().status();
    }
}
