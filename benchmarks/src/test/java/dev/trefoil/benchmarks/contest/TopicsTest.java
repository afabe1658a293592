package dev.trefoil.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicsTest {
  @Test
  void eachTopicIsPublishedOnceInARound() {
    assertThat(Topics.inPublishingOrder(1_000)).doesNotHaveDuplicates().hasSize(1_000);
    assertThat(Set.copyOf(Topics.inPublishingOrder(100_000))).hasSize(100_000);
  }

  @Test
  void allTopicsHaveTheSameLengthSoNoneIsAPrefixOfAnother() {
    assertThat(Topics.inPublishingOrder(100_000)).allMatch(t -> t.length() == Topics.ONLY.length());
  }
}
