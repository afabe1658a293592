package dev.trefoil.samples.compare;

import dev.trefoil.samples.compare.trial.Contestant;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param sizes bytes in a payload
 * @param rate messages a second, or 0 for as many as there can be
 * @param trial how long a trial counts, instead of what fits into the promised time
 * @param rounds how often, instead of the usual
 * @param whole within what time the command ends, instead of what is promised
 */
record Settings(
    List<Contestant> transports,
    List<Integer> sizes,
    boolean quick,
    int rate,
    @Nullable Duration trial,
    @Nullable Integer rounds,
    @Nullable Duration whole) {}
