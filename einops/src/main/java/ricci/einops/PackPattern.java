package ricci.einops;

import java.util.ArrayList;
import java.util.List;
import ricci.einops.EinopsException.Kind;

/** A pattern such as {@code "h w * c"}: the axes before and after the one that is packed. */
record PackPattern(List<Expr.Name> before, Span star, List<Expr.Name> after) {

    /** Reads the pattern; words are separated by any white space, as einops allows here. */
    static PackPattern parse(Call call) {
        List<Expr.Name> names = new ArrayList<>();
        Span star = null;
        int packed = 0;
        String text = call.pattern();
        for (int end, start = skipSpaces(text, 0); start < text.length(); start = skipSpaces(text, end)) {
            end = start;
            while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            Span span = new Span(start, end);
            if (text.substring(start, end).equals("*")) {
                if (star != null) {
                    throw call.failure(Kind.PACK_STAR, span, "there is a second star",
                            "exactly one * stands for the axes that are packed",
                            "name the axes of one of them");
                }
                star = span;
                packed = names.size();
            } else {
                names.add(name(call, names, text.substring(start, end), span));
            }
        }
        if (star == null) {
            throw call.failure(Kind.PACK_STAR, call.all(), "there is no star",
                    "exactly one * stands for the axes that are packed", "write * where the tensors differ");
        }
        return new PackPattern(List.copyOf(names.subList(0, packed)), star,
                List.copyOf(names.subList(packed, names.size())));
    }

    private static Expr.Name name(Call call, List<Expr.Name> names, String word, Span span) {
        if (!Parser.isName(word)) {
            throw call.failure(Kind.INVALID_NAME, span, "'" + word + "' is not a name for an axis",
                    "a pattern of pack and unpack consists of names and one *",
                    "rename the axis; split and merge axes with rearrange");
        }
        if (names.stream().anyMatch(name -> name.name().equals(word))) {
            throw call.failure(Kind.DUPLICATE_NAME, span, "the axis " + word + " is there twice",
                    "a name stands once in the pattern", "give the second axis another name");
        }
        return new Expr.Name(word, span);
    }

    private static int skipSpaces(String text, int from) {
        int position = from;
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
        return position;
    }

    /** How many axes have a name. */
    int named() {
        return before.size() + after.size();
    }
}
