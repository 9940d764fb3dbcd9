package io.herald.template;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** One text with {@code {{placeholders}}}, compiled. Partials and paths into objects are not taken. */
final class TemplateText {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

    private final com.samskivert.mustache.Template compiled;
    private final Set<String> variables;

    /** The text is no template; the message says why, without its content. */
    static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    private TemplateText(com.samskivert.mustache.Template compiled, Set<String> variables) {
        this.compiled = compiled;
        this.variables = variables;
    }

    /** @param html whether values are escaped for HTML */
    static TemplateText compile(String text, boolean html) throws Malformed {
        com.samskivert.mustache.Template compiled;
        try {
            compiled = Mustache.compiler()
                    .escapeHTML(html)
                    .emptyStringIsFalse(true)
                    .strictSections(true)
                    .withLoader(name -> {
                        throw new MustacheException("partials are not taken");
                    })
                    .compile(text);
        } catch (MustacheException e) {
            throw new Malformed("its placeholders can't be read");
        }
        TreeSet<String> names = new TreeSet<>();
        try {
            compiled.visit(new Names(names));
        } catch (MustacheException e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
        for (String name : names) {
            if (!isName(name)) {
                throw new Malformed("a placeholder's name must be of letters, digits and underscores");
            }
        }
        return new TemplateText(compiled, names);
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    Set<String> variables() {
        return variables;
    }

    /** @param values must have all of {@link #variables} */
    String render(Map<String, String> values) {
        return variables.isEmpty() ? compiled.execute(Map.of()) : compiled.execute(values);
    }

    private record Names(Set<String> names) implements Mustache.Visitor {
        @Override
        public void visitText(String text) {
            if (text.contains("{{")) {
                throw new MustacheException("a placeholder is not closed");
            }
        }

        @Override
        public void visitVariable(String name) {
            names.add(name);
        }

        @Override
        public boolean visitInclude(String name) {
            throw new MustacheException("partials are not taken");
        }

        @Override
        public boolean visitSection(String name) {
            names.add(name);
            return true;
        }

        @Override
        public boolean visitInvertedSection(String name) {
            names.add(name);
            return true;
        }
    }
}
