package ricci.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import ricci.loop.Statement.Loop;

/**
 * Elements that were read or written before, and that nobody has written since, are not read from memory
 * again. Of the products of small matrices, written out, that is most of what they read; and where a method
 * has too many accesses, the JVM leaves one of them as a call, around which no register stays what it is.
 *
 * <p>Buffers do not overlap, nor do the rooms of one. In one room, each store may have written all elements.
 */
public final class KnownElements {
    private final Block into;
    private final Set<Variable> rooms;
    private final Map<Access, Variable.Local> known = new HashMap<>();

    /**
     * For the statements of one loop.
     *
     * @param into what numbers the variables of the kernel
     * @param rooms variables that say in which room of its buffer a place is; no two are ever equal
     */
    public KnownElements(Block into, Set<Variable> rooms) {
        this.into = into;
        this.rooms = Set.copyOf(rooms);
    }

    /** The statements that are left. */
    public List<Statement> of(List<Statement> statements) {
        Renaming renaming = new Renaming(into, size -> size, access -> access, loop -> loop);
        List<Statement> left = new ArrayList<>();
        for (Statement statement : statements) {
            if (statement instanceof Statement.Let(var local, Expression.Load(var access))
                    && known.containsKey(access)) {
                renaming.bind(local, renaming.local(known.get(access)));
            } else {
                left.add(renaming.of(statement));
                note(statement);
            }
        }
        return left;
    }

    private void note(Statement statement) {
        switch (statement) {
            case Statement.Let(var local, Expression.Load(var access)) -> known.put(access, local);
            case Statement.Let _ -> { }
            case Statement.Store(var access, var value) -> {
                forget(access);
                if (value instanceof Expression.Read(var local) && isExact(access.storage())) {
                    known.put(access, local);
                }
            }
            case Loop loop -> forgetWritten(loop);
        }
    }

    private void forgetWritten(Loop loop) {
        for (Statement statement : loop.body()) {
            switch (statement) {
                case Statement.Let _ -> { }
                case Statement.Store(var access, _) -> forget(access);
                case Loop inner -> forgetWritten(inner);
            }
        }
    }

    private void forget(Access written) {
        known.keySet().removeIf(access -> !isApart(access, written));
    }

    private boolean isApart(Access one, Access other) {
        Set<Variable> of = rooms(one);
        Set<Variable> ofOther = rooms(other);
        return one.buffer() != other.buffer()
                || (of.size() == 1 && ofOther.size() == 1 && !of.equals(ofOther));
    }

    private Set<Variable> rooms(Access access) {
        return access.place().terms().stream().map(Place.Term::factor).filter(rooms::contains)
                .collect(Collectors.toSet());
    }

    /** Whether what is stored is what is loaded then. */
    private static boolean isExact(Storage storage) {
        return switch (storage) {
            case F32, F64, I32, I64, BOOL -> true;
            case I8, U8, I16, U16 -> false;
        };
    }
}
