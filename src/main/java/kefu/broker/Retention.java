package kefu.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import kefu.protocol.Channel;
import kefu.protocol.Frame;

/**
 * What the streams of this process keep, within their bounds. Thread-safe; its lock is held for a few look-ups only, and
 * no other lock is taken under it.
 */
final class Retention {
    /** What an entry takes besides its texts: the objects around it, on a 64-bit JVM. */
    private static final int ENTRY_BYTES = 256;

    /** The same for a text in a set: the set's places for it, and the text's own two objects. */
    private static final int NAME_BYTES = 64;

    private final int maxEntries;
    private final long maxBytes;
    private final long totalBytes;

    // guarded by this, as are the logs
    private final Set<Entry> oldestFirst = new LinkedHashSet<>();
    private long bytes;

    /**
     * @param maxEntries of one stream
     * @param maxBytes of one stream
     * @param totalBytes of all streams
     */
    Retention(int maxEntries, long maxBytes, long totalBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        this.totalBytes = totalBytes;
    }

    /** What one stream keeps, by offset. Used through its retention only. */
    static final class Log {
        private final Channel channel;
        private final String epoch;
        private NavigableMap<Long, Entry> entries = Collections.emptyNavigableMap(); // until there is one
        private long bytes;

        Log(Channel channel, String epoch) {
            this.channel = channel;
            this.epoch = epoch;
        }
    }

    /** One publication that is kept, without the frames that were made of it. Equal to itself only. */
    private static final class Entry {
        final Log log;
        final long off;
        final Publication publication;
        final int payloadBytes;
        final long bytes;

        Entry(Log log, Delivery delivery) {
            this.log = log;
            this.off = delivery.off();
            this.publication = delivery.publication();
            this.payloadBytes = Frame.utf8Length(publication.payload());
            this.bytes = ENTRY_BYTES
                    + heapBytes(publication.payload())
                    + publication.id().map(Retention::nameBytes).orElse(0L)
                    + nameBytes(publication.audience().exceptClients())
                    + nameBytes(publication.audience().exceptUids());
        }
    }

    private static long nameBytes(Set<String> names) {
        long bytes = 0;
        for (String name : names) {
            bytes += nameBytes(name);
        }
        return bytes;
    }

    private static long nameBytes(String name) {
        return NAME_BYTES + heapBytes(name);
    }

    /** A text takes a byte for each character where all of them are Latin-1, else two. */
    private static long heapBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return 2L * text.length();
            }
        }
        return text.length();
    }

    /** Keeps a stream's next publication. @return whether it is kept: it may be over a bound all by itself */
    synchronized boolean add(Log log, Delivery next) {
        Entry entry = new Entry(log, next);
        if (log.entries.isEmpty()) {
            log.entries = new TreeMap<>();
        }
        log.entries.put(next.off(), entry);
        log.bytes += entry.bytes;
        oldestFirst.add(entry);
        bytes += entry.bytes;
        while (log.entries.size() > maxEntries || log.bytes > maxBytes) {
            remove(log.entries.firstEntry().getValue());
        }
        while (bytes > totalBytes) {
            Iterator<Entry> oldest = oldestFirst.iterator();
            remove(oldest.next());
        }
        return log.entries.containsKey(next.off());
    }

    /** Drops all that a stream keeps. */
    synchronized void clear(Log log) {
        List.copyOf(log.entries.values()).forEach(this::remove);
    }

    /**
     * Publications behind an offset; an empty list too where the first of them is not kept any more. The frames that are
     * made of what is returned are not kept with the stream.
     */
    synchronized List<Delivery> read(Log log, long after, int maxCount, int maxPayload) {
        Map<Long, Entry> behind = log.entries.tailMap(after, false);
        if (!log.entries.containsKey(after + 1)) {
            return List.of();
        }
        List<Delivery> page = new ArrayList<>();
        int payload = 0;
        for (Entry entry : behind.values()) {
            payload += entry.payloadBytes;
            if (page.size() == maxCount || (payload > maxPayload && !page.isEmpty())) {
                break;
            }
            page.add(new Delivery(log.channel, log.epoch, entry.off, entry.publication));
        }
        return page;
    }

    /** How many a stream keeps: its last ones. */
    synchronized int size(Log log) {
        return log.entries.size();
    }

    /** All that is kept, the newest of all streams first. */
    synchronized List<StreamsSnapshot.Entry> newestFirst() {
        List<StreamsSnapshot.Entry> entries = new ArrayList<>(oldestFirst.size());
        for (Entry entry : oldestFirst) {
            entries.add(new StreamsSnapshot.Entry(entry.log.channel, entry.off, entry.publication));
        }
        Collections.reverse(entries);
        return entries;
    }

    private void remove(Entry entry) {
        entry.log.entries.remove(entry.off);
        entry.log.bytes -= entry.bytes;
        oldestFirst.remove(entry);
        bytes -= entry.bytes;
    }
}
