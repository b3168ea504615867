package ricci.einops.check;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;

/** Checks patterns as a plugin of javac: {@code -Xplugin:RicciPatterns}; see the package description. */
public final class PatternPlugin implements Plugin {
    /** For javac, which finds it by its name. */
    public PatternPlugin() {}

    @Override
    public String getName() {
        return "RicciPatterns";
    }

    @Override
    public void init(JavacTask task, String... arguments) {
        PatternListener.listen(task);
    }
}
