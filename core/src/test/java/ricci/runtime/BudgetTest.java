package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long LIMIT = 4L << 30;
    private static final long FLOOR = 128L << 20;
    private static final long SECOND = 1_000_000_000L;

    private static Budget budget() {
        Budget budget = Budget.of(LIMIT);
        assertEquals(LIMIT, budget.limit());
        return budget;
    }

    @Test
    void theCollectorIsAskedAboveAThresholdThatFollowsWhatSurvives() {
        Budget budget = budget();
        assertFalse(budget.isReached(FLOOR));
        assertTrue(budget.isReached(FLOOR + 1));
        budget.survived(FLOOR);
        assertFalse(budget.isReached(2 * FLOOR));
        assertTrue(budget.isReached(2 * FLOOR + 1));
        budget.survived(0);
        assertTrue(budget.isReached(FLOOR + 1));
    }

    @Test
    void collectionsThatTakeMuchOfTheTimeAskForMore() {
        Budget budget = budget();
        // More than all the time there has been.
        assertEquals(FLOOR, budget.collected(SECOND, false));
        budget.raise(FLOOR);
        assertFalse(budget.isReached(2 * FLOOR));
        assertTrue(budget.isReached(2 * FLOOR + 1));
        // A collection that takes next to nothing does not.
        assertEquals(0, budget.collected(1, false));
    }

    /** As long as others make it ready, who computes does so only if it costs less than has been lost. */
    @Test
    void freshMemoryHasItsPrice() {
        Budget budget = budget();
        assertEquals(0, budget.collected(SECOND, true));
        budget.priced(FLOOR, 4 * SECOND);
        assertEquals(0, budget.collected(SECOND, true));
        assertEquals(0, budget.collected(SECOND, true));
        assertEquals(FLOOR, budget.collected(SECOND + 1, true));
        assertEquals(0, budget.collected(SECOND, true));
    }

    @Test
    void moreIsNeverMoreThanAnEighthOfTheLimit() {
        Budget budget = budget();
        for (int i = 0; i < 10; i++) {
            budget.raise(budget.collected(SECOND, false));
            // What is made ready late, beside what was given in advance.
            budget.raise(FLOOR);
        }
        assertFalse(budget.isReached(LIMIT / 8));
        assertTrue(budget.isReached(LIMIT / 8 + 1));
        assertEquals(0, budget.collected(SECOND, false));
    }
}
