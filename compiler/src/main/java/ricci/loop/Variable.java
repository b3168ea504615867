package ricci.loop;

/** What has another value in each turn of a loop. Ids are unique in a kernel, each kind by itself. */
public sealed interface Variable {
    /** The turn of a loop, from 0 on. */
    record Counter(int id) implements Variable {
        @Override
        public String toString() {
            return "i" + id;
        }
    }

    /** A value that was computed. */
    record Local(int id, Register register) implements Variable {
        @Override
        public String toString() {
            return "v" + id;
        }
    }
}
