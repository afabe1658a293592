package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One comparison: a metric of a subject, divided by that of a reference if there is one.
 *
 * @param id to choose it by
 * @param title for people
 * @param metric what is compared
 * @param subject whose figure it is
 * @param reference what it is held against, in the same round; null: the figure itself counts
 * @param target null: for information only
 */
record Row(
    String id,
    String title,
    Metric metric,
    Work subject,
    @Nullable Work reference,
    @Nullable Target target) {

  /** What must run for it, the subject first. */
  List<Work> works() {
    return reference == null ? List.of(subject) : List.of(subject, reference);
  }

  /** Its target as people read it. */
  String showTarget() {
    if (target == null) {
      return "–";
    }
    return reference == null ? target.sign() + " " + metric.show(target.limit()) : target + " ×";
  }
}
