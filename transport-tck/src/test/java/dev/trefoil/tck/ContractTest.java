package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** docs/CONTRACT.md and the kit speak of the same rules. */
class ContractTest {
  private static final Pattern NAME = Pattern.compile("([erpwlm]\\d+)_should[A-Z]\\w+");

  private static List<Method> tests() {
    List<Method> tests = new ArrayList<>();
    for (Class<?> nested : TransportTest.class.getDeclaredClasses()) {
      if (nested.isAnnotationPresent(Nested.class)) {
        for (Method method : nested.getSuperclass().getDeclaredMethods()) {
          if (method.isAnnotationPresent(Test.class)) {
            tests.add(method);
          }
        }
      }
    }
    return tests;
  }

  private static Set<String> testedRules() {
    Set<String> rules = new TreeSet<>();
    for (Method test : tests()) {
      Matcher name = NAME.matcher(test.getName());
      if (name.matches()) {
        rules.add(name.group(1).toUpperCase(Locale.ROOT));
      }
    }
    return rules;
  }

  @Test
  void shouldNameEachTestAfterARule() {
    assertThat(tests()).hasSizeGreaterThan(80);
    assertThat(tests()).allMatch(test -> NAME.matcher(test.getName()).matches());
  }

  @Test
  void shouldHaveATestForEachRuleAndARuleForEachTest() {
    assertThat(RuleReport.rules().keySet()).containsExactlyInAnyOrderElementsOf(testedRules());
  }

  @Test
  void shouldHaveTheRulesOfTheDesign() {
    List<String> expected = new ArrayList<>();
    String letters = "ERPWLM";
    int[] counts = {6, 9, 8, 6, 7, 5};
    for (int i = 0; i < counts.length; i++) {
      for (int number = 1; number <= counts[i]; number++) {
        expected.add(letters.charAt(i) + "" + number);
      }
    }
    assertThat(RuleReport.rules().keySet()).containsExactlyElementsOf(expected);
  }

  @Test
  void shouldSayTheIntentOfEachRule() {
    String text = RuleReport.contract();
    assertThat(text.split("\\*Intent:\\*", -1)).hasSize(RuleReport.rules().size() + 1);
    RuleReport.rules()
        .forEach((number, rule) -> assertThat(rule).as(number).hasSizeGreaterThan(60));
  }
}
