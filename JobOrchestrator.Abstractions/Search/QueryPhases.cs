using JobOrchestrator.Sdk;

namespace JobOrchestrator.Search;

/// <summary>The words of the field <c>status</c>: nine phases, and five statuses of which two stand for several phases.</summary>
internal static class QueryPhases
{
    private static readonly (string Word, JobPhase[] Phases)[] Groups =
    [
        ("new", [JobPhase.Scheduled, JobPhase.Ready, JobPhase.Held, JobPhase.Retrying]),
        ("inprogress", [JobPhase.Running, JobPhase.Cancelling]),
    ];

    private static readonly Dictionary<string, JobPhase[]> ByWord = Enum.GetValues<JobPhase>()
        .Select(phase => (Word: WordOf(phase), Phases: new[] { phase }))
        .Concat(Groups)
        .ToDictionary(word => word.Word, word => word.Phases, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every word.</summary>
    public static IEnumerable<string> Words => ByWord.Keys;

    /// <summary>The phases of a word, in any case of letters; null: it is none.</summary>
    public static IReadOnlyList<JobPhase>? Of(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>The fewest words for some phases.</summary>
    public static IEnumerable<string> WordsOf(IReadOnlyCollection<JobPhase> phases)
    {
        var rest = new SortedSet<JobPhase>(phases);
        foreach ((string word, JobPhase[] group) in Groups)
        {
            if (rest.IsSupersetOf(group))
            {
                rest.ExceptWith(group);
                yield return word;
            }
        }

        foreach (JobPhase phase in rest)
        {
            yield return WordOf(phase);
        }
    }

    private static string WordOf(JobPhase phase) => Enum.GetName(phase)!.ToLowerInvariant();
}
