/** The routes of campaigns. */
@NullMarked
package io.herald.campaign.http;

import org.jspecify.annotations.NullMarked;
