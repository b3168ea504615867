package ricci.compiler;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Primitives with loops of their own compute what the interpreter computes, whatever views they read. */
class AloneTest {
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void argReduce(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.argReduce();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void cumulative(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.cumulative();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void concatenate(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.concatenate();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void pad(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.pad();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void dynamicSlice(@ForAll long seed, @ForAll boolean isUpdate) {
        RandomAlone random = new RandomAlone(seed);
        random.dynamicSlice(isUpdate);
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void gather(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.indexed(false);
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void scatter(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.indexed(true);
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void dot(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.dot();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void reduceWindow(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.reduceWindow();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void argReduceWindow(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.argReduceWindow();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void convolution(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.convolution();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void sort(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.sort();
        random.check();
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void topK(@ForAll long seed) {
        RandomAlone random = new RandomAlone(seed);
        random.topK();
        random.check();
    }
}
