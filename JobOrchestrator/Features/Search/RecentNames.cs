using JobOrchestrator.Features.Errors;
using JobOrchestrator.Http;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>
/// Names that jobs of the last day had, most of which have ended: as the histories know them, and never more than the caller sees of the
/// jobs themselves.
/// </summary>
/// <param name="shards">The histories.</param>
/// <param name="caller">Who asks.</param>
/// <param name="now">The time.</param>
internal sealed class RecentNames(IJobShards shards, Caller caller, DateTimeOffset now)
{
    private const int Most = 100;

    // As many as histories have by name: what was typed is looked for in all of them.
    private const int NamesMax = 1_000;
    private const int Hours = 24;
    private static readonly TimeSpan Day = TimeSpan.FromHours(Hours);

    private bool SeesAll => !caller.IsBound || caller.Queues is null;

    /// <summary>Those of a field, the most used first; none where no history has the field, or the caller sees none.</summary>
    /// <param name="field">The field.</param>
    /// <param name="isWanted">Of names that it has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> OfAsync(
        QueryTextField field, Func<string, bool> isWanted, CancellationToken cancellationToken) => field switch
        {
            QueryTextField.Queue => await OfHistoryAsync(HistoryBy.Queue, caller.Queues, isWanted, cancellationToken),
            QueryTextField.Type when SeesAll => await OfHistoryAsync(HistoryBy.Type, null, isWanted, cancellationToken),
            QueryTextField.Owner => await OfHistoryAsync(
                HistoryBy.Owner,
                SeesAll ? null : caller.Owner is { } own ? new HashSet<string>(StringComparer.Ordinal) { own } : new HashSet<string>(),
                isWanted,
                cancellationToken),
            QueryTextField.Error => await ErrorTypesAsync(isWanted, cancellationToken),
            _ => [],
        };

    private async Task<IReadOnlyList<string>> OfHistoryAsync(
        HistoryBy by, IReadOnlySet<string>? among, Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        if (among?.Count == 0)
        {
            return [];
        }

        // By hours, which are few, and in memory.
        int step = Fineness.OfHours.Seconds;
        DateTimeOffset from = Fineness.OfHours.BeginOf(Fineness.OfHours.PlaceOf(now) - (Hours - 1));
        IReadOnlyList<HistoryAnswer?> answers = await shards.HistoryAsync(
            new HistoryAsk(from, Hours, step, by, among, NamesMax), cancellationToken);
        return MostUsed(
            from answer in answers.OfType<HistoryAnswer>()
            from part in answer.Parts
            where isWanted(part.Name)
            select (part.Name, Jobs: part.Steps.Sum(cell => cell?.Jobs ?? 0)));
    }

    private async Task<IReadOnlyList<string>> ErrorTypesAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var scope = ErrorsScope.Of(caller, null, null);
        IReadOnlyList<ErrorsAnswer?> answers = await shards.ErrorsAsync(ErrorWindow.Of(Day, now), scope.Owner, cancellationToken);
        return MostUsed(
            from answer in answers.OfType<ErrorsAnswer>()
            from grouped in answer.Groups
            where scope.Has(grouped.Key) && isWanted(grouped.Key.ErrorType)
            select (grouped.Key.ErrorType, (long)grouped.Spark.Sum()));
    }

    /// <summary>Those that anything happened to; what the histories put together has no name.</summary>
    private static IReadOnlyList<string> MostUsed(IEnumerable<(string Name, long Jobs)> names) =>
    [
        .. names
            .Where(one => one.Name.Length > 0 && one.Jobs > 0)
            .GroupBy(one => one.Name, one => one.Jobs)
            .OrderByDescending(one => one.Sum())
            .ThenBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => one.Key)
            .Take(Most),
    ];
}
