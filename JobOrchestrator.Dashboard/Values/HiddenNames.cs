namespace JobOrchestrator.Dashboard.Values;

/// <summary>The members whose values nobody is to read over a shoulder, by their names.</summary>
/// <param name="patterns">Names, <c>*</c> for any characters, in any case, parted by blanks.</param>
internal sealed class HiddenNames(string patterns)
{
    private readonly string[] _patterns = patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether a member's value is hidden.</summary>
    public bool Has(string name) => Array.Exists(_patterns, pattern => Matches(name, pattern));

    /// <summary>In time that grows with both lengths alone: the last star is the only one that is gone back to.</summary>
    private static bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        int at = 0, of = 0, star = -1, from = 0;
        while (at < name.Length)
        {
            if (of < pattern.Length && pattern[of] == '*')
            {
                (star, from) = (of++, at);
            }
            else if (of < pattern.Length && char.ToUpperInvariant(pattern[of]) == char.ToUpperInvariant(name[at]))
            {
                (at, of) = (at + 1, of + 1);
            }
            else if (star >= 0)
            {
                (of, at) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }

        return pattern[of..].Trim('*').IsEmpty;
    }
}
