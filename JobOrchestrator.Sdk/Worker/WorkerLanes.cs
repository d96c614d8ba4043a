namespace JobOrchestrator.Sdk;

/// <summary>What a worker works with how many slots: what the code says, then the settings, then the types' own queues.</summary>
internal static class WorkerLanes
{
    /// <param name="said">What the code says.</param>
    /// <param name="options">The settings.</param>
    /// <param name="processors">The processors, whose types may name queues.</param>
    /// <exception cref="InvalidOperationException">
    /// A queue is named twice, or the settings give numbers to one that shares another's slots.
    /// </exception>
    /// <exception cref="ArgumentException">No queue can be called so.</exception>
    public static List<WorkerLane> Of(
        IReadOnlyList<WorkerLane> said, JobWorkerOptions options, IReadOnlyCollection<ProcessorRegistration> processors)
    {
        List<WorkerLane> all = [.. said];
        var named = new HashSet<string>();
        foreach (string queue in all.SelectMany(lane => lane.Queues))
        {
            if (!named.Add(queue))
            {
                throw new InvalidOperationException($"The queue \"{queue}\" is named twice.");
            }
        }

        string[] ofTypes = [.. processors.Select(processor => processor.Definition.Queue).OfType<string>().Distinct()];
        string[] ofSettings =
            [.. options.Queues.Keys.Where(queue => !named.Concat(ofTypes).Contains(queue, StringComparer.OrdinalIgnoreCase))];
        foreach (string queue in ofSettings)
        {
            QueueName.Check(queue, JobWorkerOptions.Section + ":Queues");
        }

        // Who names queues means those: the default one is worked only where nobody says anything.
        bool isNamed = all.Count + ofSettings.Length > 0;
        bool isHomeless = processors.Any(processor => processor.Definition.Queue is null);
        string[] own = isHomeless && !isNamed ? [.. ofTypes, "default"] : ofTypes;
        all.AddRange(ofSettings.Concat(own).Where(named.Add).Select(queue => new WorkerLane([queue], null, Prefetch: 0)));
        foreach (string queue in all.SelectMany(lane => lane.Queues.Skip(1)).Where(options.Queues.ContainsKey))
        {
            throw new InvalidOperationException(
                $"{JobWorkerOptions.Section}:Queues:{queue} gives numbers to a queue that shares the slots of others: name the first of "
                    + "them.");
        }

        return [.. all.Select(lane => options.Queues.TryGetValue(lane.Queues[0], out JobQueueOptions? numbers)
            ? lane with
            {
                Concurrency = lane.Concurrency ?? numbers.Concurrency,
                Prefetch = lane.Prefetch == 0 ? numbers.Prefetch ?? 0 : lane.Prefetch,
            }
            : lane)];
    }
}
