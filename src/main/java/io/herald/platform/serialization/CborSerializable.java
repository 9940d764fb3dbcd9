package io.herald.platform.serialization;

/** Marks messages between actors that may live on different nodes. */
public interface CborSerializable {}
