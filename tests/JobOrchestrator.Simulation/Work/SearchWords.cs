using JobOrchestrator.Core;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>What jobs have so that some are found among others, and what is looked for.</summary>
internal static class SearchWords
{
    /// <summary>The type of jobs that are not of the usual one.</summary>
    public const string OtherType = "rest";

    private const int TermsMost = 3;
    private static readonly string[] Colors = ["red", "green", "blue", "grey"];
    private static readonly string[] Sizes = ["s", "m", "l", "xl", "xxl"];

    /// <summary>The labels of a new job: none in one of three.</summary>
    public static JobLabels DrawLabels(Dice dice)
    {
        int which = dice.Below(3);
        return which == 0 ? JobLabels.None : JobLabels.Of(
        [
            KeyValuePair.Create("color", dice.Pick(Colors)),
            .. which == 1 ? [] : new[] { KeyValuePair.Create("size", dice.Pick(Sizes)) },
        ]);
    }

    /// <summary>Labels to set or to take away.</summary>
    public static IReadOnlyDictionary<string, string?> DrawChange(Dice dice) => new Dictionary<string, string?>
    {
        ["color"] = dice.Below(3) == 0 ? null : dice.Pick(Colors),
    };

    /// <summary>What somebody looks for.</summary>
    /// <param name="dice">The searcher's.</param>
    /// <param name="scene">Where.</param>
    public static Sought Draw(Dice dice, Scene scene)
    {
        SoughtTerm[] terms = [.. Enumerable.Range(0, 1 + dice.Below(TermsMost)).Select(_ => DrawTerm(dice, scene))];
        terms = [.. terms.DistinctBy(term => (term.By, term.Label))];
        bool isInOrder = dice.Below(3) == 0;
        DateTimeOffset now = scene.World.Now;
        return new Sought(terms)
        {
            OldestFirst = dice.Below(3) == 0,
            IsLiveFirst = !isInOrder
                && terms.Any(term => term is { IsNegated: false, By: SoughtBy.Word or SoughtBy.External or SoughtBy.Key }),
            CreatedAfter = dice.Below(8) == 0 ? now - dice.LogUniform(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)) : null,
            CreatedBefore = dice.Below(8) == 0 ? now - dice.LogUniform(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)) : null,
        };
    }

    /// <summary>One page, as a replica reads it: some of the terms are parameters, the others the query.</summary>
    /// <param name="shards">The replica's jobs.</param>
    /// <param name="sought">What is looked for.</param>
    /// <param name="besides">How many of its terms may be parameters beside the query.</param>
    /// <param name="cursor">Where the previous page ended.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public static Task<JobPage> PageAsync(
        JobShards shards, Sought sought, int besides, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var filter = new JobFilter { OldestFirst = sought.OldestFirst };
        var inQuery = new List<SoughtTerm>();
        foreach (SoughtTerm term in sought.Terms)
        {
            JobFilter? with = besides > 0 ? TryAdd(filter, term) : null;
            if (with is null)
            {
                inQuery.Add(term);
            }
            else
            {
                filter = with;
                besides--;
            }
        }

        var search = SearchRequest.Of(
            JobQuery.Parse(string.Join(' ', inQuery)),
            TimeZoneInfo.Utc,
            filter,
            new SearchWindow(sought.CreatedAfter, sought.CreatedBefore),
            shards.Now,
            shards.IsPaused);
        return new JobSearch(shards, search) { IsInOrder = !sought.IsLiveFirst }.PageAsync(cursor, limit, cancellationToken);
    }

    private static JobFilter? TryAdd(JobFilter filter, SoughtTerm term) => term switch
    {
        { IsNegated: true } or { IsBeginning: true } or { Value: "" } => null,
        { By: SoughtBy.Status } => filter with { Status = Enum.Parse<JobStatus>(term.Value, ignoreCase: true) },
        { By: SoughtBy.Queue } => filter with { Queue = term.Value },
        { By: SoughtBy.Type } => filter with { Type = term.Value },
        { By: SoughtBy.Owner } => filter with { Owner = term.Value },
        _ => null,
    };

    private static SoughtTerm DrawTerm(Dice dice, Scene scene)
    {
        SoughtBy by = dice.Pick(Enum.GetValues<SoughtBy>());
        var term = new SoughtTerm(by, DrawValue(dice, scene, by)) { IsNegated = dice.Below(6) == 0 };
        int way = dice.Below(8);
        return by switch
        {
            SoughtBy.Status => term,
            SoughtBy.Label when way == 0 => term with { Label = "color", Value = "" },
            SoughtBy.Label => term with { Label = Colors.Contains(term.Value) ? "color" : "size" },
            SoughtBy.Word => term with { IsNegated = false },
            SoughtBy.Queue or SoughtBy.Type or SoughtBy.Owner when way == 0 => term with { Value = term.Value[..3], IsBeginning = true },
            SoughtBy.External or SoughtBy.Key or SoughtBy.Error when way == 0 => term with { Value = "" },
            _ => term,
        };
    }

    private static string DrawValue(Dice dice, Scene scene, SoughtBy by) => by switch
    {
        SoughtBy.Status => $"{dice.Pick(Enum.GetValues<Standing>())}".ToLowerInvariant(),
        SoughtBy.Queue => dice.Pick(scene.Swarm.Queues),
        SoughtBy.Type => dice.Below(3) == 0 ? "test" : OtherType,
        SoughtBy.Owner => $"owner-{dice.Below(Caller.Owners + 1)}",
        SoughtBy.Error => JobError.WorkerError,
        SoughtBy.External => $"external-{dice.Below(20)}",
        SoughtBy.Key => dice.Below(2) == 0 ? $"unique-{dice.Below(10)}" : $"{dice.Pick(scene.Callers).Name}-{dice.Below(20)}",
        SoughtBy.Worker => $"worker-{dice.Below(scene.Workers.Count + 1)}",
        SoughtBy.Label => dice.Below(2) == 0 ? dice.Pick(Colors) : dice.Pick(Sizes),
        SoughtBy.Word => dice.Below(4) switch
        {
            0 => $"external-{dice.Below(20)}",
            1 => dice.Pick(Colors),
            2 => $"unique-{dice.Below(10)}",
            _ => DrawId(dice, scene),
        },
        _ => throw new InvalidOperationException($"No value for {by}."),
    };

    /// <summary>A job's id, or its beginning.</summary>
    private static string DrawId(Dice dice, Scene scene)
    {
        IReadOnlyList<JobId> known = dice.Pick(scene.Callers).Known;
        int length = dice.Below(3) switch { 0 => 36, 1 => JobTexts.IdBeginningMin, _ => JobTexts.IdBeginningMin + dice.Below(12) };
        return known.Count == 0 ? dice.Pick(Colors) : dice.Pick(known).ToString()[..length].TrimEnd('-');
    }
}
