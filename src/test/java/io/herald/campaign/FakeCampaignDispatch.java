package io.herald.campaign;

import akka.Done;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A dispatch without lanes: it notes what it is told, and whatever is to be halted is so when the test says so. */
final class FakeCampaignDispatch implements CampaignDispatch {
    final List<String> told = new CopyOnWriteArrayList<>();
    volatile CompletableFuture<List<String>> halted = CompletableFuture.completedFuture(List.of());

    @Override
    public void open(String campaignId) {
        told.add("open");
    }

    @Override
    public CompletionStage<List<String>> halt(String campaignId) {
        told.add("halt");
        return halted;
    }

    @Override
    public CompletionStage<Done> rateChanged(String tenantId, String campaignId) {
        told.add("rate");
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public void forget(String campaignId) {
        told.add("forget");
    }
}
