package io.herald.campaign.view;

import java.util.Map;

/**
 * One targeted person of a campaign.
 *
 * @param n its number in the campaign, from 1
 * @param variables by name; the recipient's own over the contact's attributes
 * @param optedOut from the channel that was asked about
 */
public record Recipient(int n, String address, Map<String, String> variables, boolean optedOut) {}
