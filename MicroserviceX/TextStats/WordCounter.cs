using System.Globalization;
using System.Text;

namespace MicroserviceX.TextStats;

/// <summary>Counts lines and words, a line at a time.</summary>
internal sealed class WordCounter
{
    private const int MostFrequent = 20;
    private const int WordLengthMax = 100;
    private const double WordsPerMinute = 200;

    private readonly Dictionary<string, long> _counts = [];
    private long _lines;
    private long _words;

    /// <summary>
    /// A word is a run of letters, digits and marks; an apostrophe or a hyphen between two of them belongs to it ("don't",
    /// "long-running").
    /// </summary>
    public void AddLine(string line)
    {
        _lines++;
        var word = new StringBuilder();
        Rune? joint = null;
        foreach (Rune rune in line.EnumerateRunes())
        {
            if (IsPartOfWord(rune))
            {
                if (joint is { } between)
                {
                    word.Append(between);
                    joint = null;
                }

                word.Append(Rune.ToLowerInvariant(rune));
            }
            else if (word.Length > 0 && joint is null && IsJoint(rune))
            {
                joint = rune;
            }
            else
            {
                End(word);
                joint = null;
            }
        }

        End(word);
    }

    public TextStatsResult Result() => new(
        _lines,
        _words,
        _counts.Count,
        [.. _counts.OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(MostFrequent)
            .Select(pair => new WordCount(pair.Key, pair.Value))],
        Math.Round(_words * 60 / WordsPerMinute, 1));

    private void End(StringBuilder word)
    {
        if (word.Length == 0)
        {
            return;
        }

        string whole = word.ToString(0, Math.Min(word.Length, WordLengthMax));
        _counts[whole] = _counts.GetValueOrDefault(whole) + 1;
        _words++;
        word.Clear();
    }

    private static bool IsPartOfWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsJoint(Rune rune) => rune.Value is '\'' or '’' or '-' or '‑';
}
