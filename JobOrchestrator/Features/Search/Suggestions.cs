using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>How a term may go on.</summary>
/// <param name="Text">The whole term.</param>
/// <param name="Kind"><c>field</c>, <c>word</c> or <c>value</c>.</param>
/// <param name="Count">How many of the jobs that were looked at it would choose; null: it was not counted.</param>
internal sealed record Suggestion(string Text, string Kind, int? Count = null);

/// <summary>
/// Says how terms may go on: by what the grammar knows, by what live jobs have that the caller sees, and by names of the last day.
/// </summary>
/// <param name="shards">The jobs.</param>
/// <param name="caller">Who asks.</param>
/// <param name="now">The time.</param>
internal sealed class Suggestions(IJobShards shards, Caller caller, DateTimeOffset now)
{
    private const int Most = 10;

    // Enough to tell what is frequent; the newest.
    private const int JobsMax = 2_000;

    private static readonly string[] Ages = ["10m", "1h", "1d", "7d"];

    private readonly RecentNames _recent = new(shards, caller, now);

    /// <summary>At most ten, the most used first.</summary>
    public async Task<IReadOnlyList<Suggestion>> ForAsync(TermAtCaret term, CancellationToken cancellationToken)
    {
        if (term.Field is not { } field)
        {
            IEnumerable<Suggestion> fields = QueryField.All
                .Where(known => Begins(known.Name, term.Begun))
                .Select(known => new Suggestion(Colon(term.Lead + known.Name), "field"));
            Suggestion[] values = term.Begun.Length == 0
                ? []
                :
                [
                    .. await ValuesAsync(QueryTextField.Queue, term, "queue:", 3),
                    .. await ValuesAsync(QueryTextField.Type, term, "type:", 3),
                ];
            IEnumerable<Suggestion> statuses = term.Begun.Length == 0
                ? []
                : QueryField.Statuses
                    .Where(word => Begins(word, term.Begun))
                    .Select(word => new Suggestion($"{term.Lead}status:{word}", "word"));
            Suggestion[] labels = Begins(term.Begun, QueryField.LabelPrefix) ? await LabelsAsync() : [];
            return [.. labels.Concat(fields).Concat(statuses).Concat(values).Take(Most)];
        }

        string plain = field.ToLowerInvariant();
        return plain switch
        {
            "status" => await StatusesAsync(),
            "older" or "younger" => [.. Ages.Where(age => Begins(age, term.Begun)).Select(age => new Suggestion(term.Lead + age, "word"))],
            _ when Enum.TryParse(plain, ignoreCase: true, out QueryTextField text) && !char.IsAsciiDigit(plain[0]) =>
                await ValuesAsync(text, term, "", Most),
            _ when Begins(plain, QueryField.LabelPrefix) => await LabelValuesAsync(field[QueryField.LabelPrefix.Length..]),
            _ => [],
        };

        async Task<Suggestion[]> StatusesAsync()
        {
            IReadOnlyList<Job> live = await LiveAsync(static _ => true);
            var counts = live
                .CountBy(job => Words.Of(job.PhaseAt(shards.IsPaused, now)).ToLowerInvariant())
                .ToDictionary();
            return
            [
                .. QueryField.Statuses
                    .Where(word => Begins(word, term.Begun))
                    .Select(word => new Suggestion(term.Lead + word, "word", counts.TryGetValue(word, out int count) ? count : null))
                    .OrderByDescending(suggestion => suggestion.Count ?? 0)
                    .Take(Most),
            ];
        }

        async Task<Suggestion[]> ValuesAsync(QueryTextField text, TermAtCaret at, string name, int most)
        {
            IReadOnlyList<Job> live = await LiveAsync(job => Begins(JobTexts.FirstOf(job, text) ?? "", at.Begun));
            (string Value, int? Count)[] used =
            [
                .. MostUsed(live.Select(job => JobTexts.FirstOf(job, text) ?? "").Where(value => value.Length > 0), most)
                    .Select(value => (value.Key, (int?)value.Value)),
            ];

            // What live jobs have comes first; what others had is not counted as those are.
            IEnumerable<string> recent = used.Length == most
                ? []
                : await _recent.OfAsync(text, value => Begins(value, at.Begun), cancellationToken);
            return
            [
                .. used
                    .Concat(recent.Except(used.Select(value => value.Value)).Select(value => (value, (int?)null)))
                    .Take(most)
                    .Select(value => new Suggestion(
                        at.Lead + name + Written(new QueryTerm.Text(text, Only(value.Item1))), "value", value.Item2)),
            ];
        }

        async Task<Suggestion[]> LabelsAsync()
        {
            string begun = term.Begun[QueryField.LabelPrefix.Length..];
            IReadOnlyList<Job> live = await LiveAsync(job => job.Labels.All.Any(label => Begins(label.Key, begun)));
            IEnumerable<string> keys = live.SelectMany(job => job.Labels.All, (_, label) => label.Key).Where(key => Begins(key, begun));
            return
            [
                .. MostUsed(keys, Most).Select(key => new Suggestion(
                    $"{term.Lead}{QueryField.LabelPrefix}{key.Key}:", "field", key.Value)),
            ];
        }

        async Task<Suggestion[]> LabelValuesAsync(string key)
        {
            IReadOnlyList<Job> live = await LiveAsync(job => job.Labels[key] is { } value && Begins(value, term.Begun));
            return
            [
                .. MostUsed(live.Select(job => job.Labels[key]!), Most).Select(value => new Suggestion(
                    term.Lead + Written(new QueryTerm.Label(key, Only(value.Key))), "value", value.Value)),
            ];
        }

        Task<IReadOnlyList<Job>> LiveAsync(Func<Job, bool> test) => shards.LiveAsync(
            new JobFilter { LiveOnly = true, Test = job => caller.MaySee(job) && test(job) }, JobsMax, cancellationToken);
    }

    private static bool Begins(string text, string begun) => text.StartsWith(begun, StringComparison.OrdinalIgnoreCase);

    private static string Colon(string name) => name.EndsWith('.') ? name : name + ":";

    private static IEnumerable<KeyValuePair<string, int>> MostUsed(IEnumerable<string> texts, int most) => texts
        .CountBy(text => text)
        .OrderByDescending(text => text.Value)
        .ThenBy(text => text.Key, StringComparer.Ordinal)
        .Take(most);

    private static QueryValues<QueryText> Only(string value) => new([new QueryText(value)]);

    /// <summary>The value of a term as it is written, in quotes where it needs some.</summary>
    private static string Written(QueryTerm only)
    {
        string term = only.ToString();
        return term[(term.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
