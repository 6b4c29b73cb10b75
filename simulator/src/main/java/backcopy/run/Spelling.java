package backcopy.run;

import java.util.Collection;
import java.util.List;

/** Finds the words that a misspelled one may stand for. */
final class Spelling {
    private static final int MOST = 3;

    private Spelling() {}

    /** The known keys fewest letters away from {@code key}, whole or by their last word; at most three. */
    static List<String> nearest(String key, Collection<String> known) {
        int least = known.stream().mapToInt(other -> distance(key, other)).min().orElse(0);
        return known.stream()
                .filter(other -> distance(key, other) == least)
                .limit(MOST)
                .toList();
    }

    private static int distance(String key, String known) {
        int whole = letters(key, known);
        return key.contains(".") ? whole : Math.min(whole, letters(key, known.substring(known.lastIndexOf('.') + 1)));
    }

    /** Letters to insert, remove or replace (Levenshtein distance). */
    private static int letters(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) above[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
