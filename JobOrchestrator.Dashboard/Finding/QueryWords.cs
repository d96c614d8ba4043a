using System.Diagnostics;
using System.Globalization;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>A query as people say it: <c>failed or retrying</c>, <c>queue mail</c>, <c>older than 10 min</c>.</summary>
internal static class QueryWords
{
    private const int ValueMax = 60;

    private static readonly (JobPhase[] Phases, string Word)[] Several =
    [
        ([JobPhase.Scheduled, JobPhase.Ready, JobPhase.Held, JobPhase.Retrying], "waiting"),
        ([JobPhase.Running, JobPhase.Cancelling], "running"),
        ([JobPhase.Completed, JobPhase.Failed, JobPhase.Cancelled], "ended"),
    ];

    /// <summary>All of it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="zone">The zone that instants are shown in.</param>
    public static string Of(JobQuery query, TimeZoneInfo zone) => query.Terms.Count == 0
        ? "every job"
        : string.Join(", ", query.Terms.Select(term => Of(term, zone)));

    /// <summary>One term.</summary>
    /// <inheritdoc cref="Of(JobQuery, TimeZoneInfo)"/>
    public static string Of(QueryTerm term, TimeZoneInfo zone)
    {
        string said = term switch
        {
            QueryTerm.Phase phase => Phases(phase.Phases),
            QueryTerm.Text { Field: QueryTextField.RetriedAs, Values: [{ Match: QueryMatch.Present }] } => "run again",
            QueryTerm.Text text => $"{Name(text.Field)} {Or(text.Values.Select(Value))}",
            QueryTerm.Label label => $"{Plain(label.Key)} {Or(label.Values.Select(Value))}",
            QueryTerm.Number number => $"{Word(number.Field)} {Or(number.Ranges.Select(range => Range(range, Number, "over", "under")))}",
            QueryTerm.Time time =>
                $"{Word(time.Field)} {Or(time.Ranges.Select(range => Range(range, at => Moment(at, zone), "after", "before")))}",
            QueryTerm.Duration duration =>
                $"{(duration.Field == QueryDurationField.Wait ? "waited" : "ran")} "
                    + Or(duration.Ranges.Select(range => Range(range, Durations.Short, "over", "under"))),
            QueryTerm.Older older => $"older than {Durations.Short(older.Age)}",
            QueryTerm.Younger younger => $"younger than {Durations.Short(younger.Age)}",
            QueryTerm.Word word => $"“{Value(word.Value)}”",
            _ => throw new UnreachableException($"No words for {term.GetType().Name}."),
        };
        return term.IsNegated ? $"not {said}" : said;
    }

    private static string Phases(IReadOnlyList<JobPhase> phases)
    {
        var left = phases.ToHashSet();
        var words = new List<string>();
        foreach ((JobPhase[] all, string word) in Several.Where(several => several.Phases.All(left.Contains)))
        {
            words.Add(word);
            left.ExceptWith(all);
        }

        return Or(words.Concat(phases.Where(left.Contains).Select(phase => phase.ToString().ToLowerInvariant())));
    }

    private static string Name(QueryTextField field) => field switch
    {
        QueryTextField.Queue => "queue",
        QueryTextField.Type => "type",
        QueryTextField.Owner => "owner",
        QueryTextField.Worker => "worker",
        QueryTextField.Id => "id",
        QueryTextField.External => "external id",
        QueryTextField.Key => "key",
        QueryTextField.Error => "error",
        QueryTextField.RetryOf => "retry of",
        QueryTextField.RetriedAs => "retried as",
        QueryTextField.Trace => "trace",
    };

    private static string Value(QueryText text) => text.Match switch
    {
        QueryMatch.Exact => text.Value.Length == 0 ? "empty" : Plain(text.Value),
        QueryMatch.Beginning => $"{Plain(text.Value)}…",
        QueryMatch.Present => "any",
        QueryMatch.Contains => $"with “{Plain(text.Value)}”",
    };

    private static string Word(Enum field) => field.ToString().ToLowerInvariant();

    private static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Moment(QueryMoment moment, TimeZoneInfo zone) => moment switch
    {
        QueryMoment.Ago { Age: var age } => age < TimeSpan.Zero ? $"in {Durations.Short(-age)}" : $"{Durations.Short(age)} ago",
        QueryMoment.Day { Date: var date } => date.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
        QueryMoment.Clock { Local: var local } => local.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture),
        QueryMoment.Instant { At: var at } => Moments.Whole(at, zone),
        _ => throw new UnreachableException($"No words for {moment.GetType().Name}."),
    };

    private static string Range<T>(QueryRange<T> range, Func<T, string> write, string over, string under)
        where T : IEquatable<T> => range switch
        {
            { IsAny: true } => "any",
            { IsSingle: true } => write(range.From!.Value),
            { From: { } from, To: { } to } => $"{write(from.Value)} to {write(to.Value)}",
            { From: { } from } => $"{(from.IsIncluded ? "from" : over)} {write(from.Value)}{(from.IsIncluded ? " on" : "")}",
            { To: { } to } => $"{(to.IsIncluded ? "up to" : under)} {write(to.Value)}",
            _ => throw new UnreachableException("A range has an end or it has none."),
        };

    private static string Or(IEnumerable<string> words) => string.Join(" or ", words);

    private static string Plain(string text) => PlainText.Of(text, ValueMax);
}
