using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What waits and has nobody who asks for it.</summary>
internal static class Coverage
{
    /// <summary>Finds it, what waits for longest first.</summary>
    /// <param name="ready">What could be handed out.</param>
    /// <param name="held">
    /// Who holds what: whoever works jobs of a queue and type comes for more, though he has no hand free to ask.
    /// </param>
    /// <param name="seen">Who asks.</param>
    /// <param name="watchedSince">Since when that is watched.</param>
    /// <param name="now">The time.</param>
    /// <param name="max">At most so many.</param>
    public static IReadOnlyList<UncoveredType> Uncovered(
        IReadOnlyList<ReadyType> ready,
        IReadOnlyList<HeldJobs> held,
        IReadOnlyList<SeenWorker> seen,
        DateTimeOffset watchedSince,
        DateTimeOffset now,
        int max)
    {
        if (now - watchedSince < Askers.PresentFor)
        {
            // Whoever is there has not had the time to ask.
            return [];
        }

        HashSet<(string, string)> worked = [.. held.Select(one => (one.Queue, one.Type))];
        WorkerWish[] wishes = [.. seen.SelectMany(worker => worker.Wishes)];
        WorkerWish[] present = [.. wishes.Where(wish => wish.IsPresent)];
        return
        [
            .. ready
                .Where(type => !worked.Contains((type.Queue, type.Type))
                    && !Array.Exists(present, wish => wish.IsFor(type.Queue, type.Type)))
                .OrderBy(type => type.Since)
                .ThenBy(type => type.Queue, StringComparer.Ordinal)
                .ThenBy(type => type.Type, StringComparer.Ordinal)
                .Take(max)
                .Select(type => new UncoveredType(type.Queue, type.Type, type.Jobs, type.Since, SinceOf(type))),
        ];

        DateTimeOffset SinceOf(ReadyType type)
        {
            DateTimeOffset asked = wishes.Where(wish => wish.IsFor(type.Queue, type.Type))
                .Select(wish => wish.LastAt)
                .DefaultIfEmpty(watchedSince)
                .Max();
            return asked > type.Since ? asked : type.Since;
        }
    }
}
