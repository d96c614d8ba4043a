using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Reads inputs that were left in the store from the documents that hold them.</summary>
/// <param name="reads">The shard's documents.</param>
/// <param name="documentsInOneRead">A read has so many documents at most.</param>
/// <param name="bytesInOneRead">And it ends before they exceed so many bytes, one document in any case.</param>
internal sealed class InputReads(SureReads reads, int documentsInOneRead, long bytesInOneRead)
{
    /// <summary>What a read has brought.</summary>
    /// <param name="Inputs">The texts, by the job in whose document each is.</param>
    /// <param name="Unreadable">Documents that hold no such text, and why, in a sentence.</param>
    /// <param name="Failed">The one document of which the store did not answer; null: there is none.</param>
    /// <param name="NotAsked">Documents that were not asked for any more after that.</param>
    /// <param name="Failure">Why it did not answer; null: it has.</param>
    public sealed record Brought(
        IReadOnlyDictionary<JobId, JsonText> Inputs,
        IReadOnlyDictionary<JobId, string> Unreadable,
        JobId? Failed,
        IReadOnlyCollection<JobId> NotAsked,
        Exception? Failure)
    {
        /// <summary>All of them are here.</summary>
        public bool IsComplete => Unreadable.Count == 0 && Failed is null;
    }

    /// <summary>
    /// Reads the inputs of jobs whose inputs were left in the store. Where the store does not answer for several together, it is asked for
    /// each of them, so that only the one that it does not hand out is to blame; once it has not answered for one, each further read
    /// would wait for it as long again.
    /// </summary>
    public async Task<Brought> ReadAsync(IEnumerable<Job> jobs, CancellationToken stopping)
    {
        var inputs = new Dictionary<JobId, JsonText>();
        var unreadable = new Dictionary<JobId, string>();
        var left = new LinkedList<List<Job>>(InReads(jobs.DistinctBy(job => job.Input!.LeftIn)));
        while (left.First is { Value: var some })
        {
            left.RemoveFirst();
            IReadOnlyDictionary<string, StoredItem> found;
            try
            {
                found = await reads.ReadAsync([.. some.Select(KeyOf)], stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                if (some.Count == 1)
                {
                    JobId[] notAsked = [.. left.SelectMany(others => others).Select(job => job.Input!.LeftIn!.Value)];
                    return new Brought(inputs, unreadable, some[0].Input!.LeftIn, notAsked, failure);
                }

                for (int i = some.Count - 1; i >= 0; i--)
                {
                    left.AddFirst([some[i]]);
                }

                continue;
            }

            foreach (Job job in some)
            {
                JobId document = job.Input!.LeftIn!.Value;
                if (WhyNot(found, job, out JsonText? input) is { } reason)
                {
                    unreadable[document] = reason;
                }
                else
                {
                    inputs[document] = input!;
                }
            }
        }

        return new Brought(inputs, unreadable, null, [], null);
    }

    /// <summary>The text that was left, from what was read; else why there is none.</summary>
    private static string? WhyNot(IReadOnlyDictionary<string, StoredItem> found, Job job, out JsonText? input)
    {
        input = null;
        if (!found.TryGetValue(KeyOf(job), out StoredItem item))
        {
            return "it is not in the store.";
        }

        switch (JobDocument.Read(item.Value))
        {
            case JobLookup.Found { Job: var stored } when stored.Id == job.Input!.LeftIn:
                input = stored.Input;
                return input?.Length == job.Input.Length ? null : "its input is another one than was stored.";
            case JobLookup.Found:
                return "it is another job's.";
            case JobLookup.Unreadable { Reason: var reason }:
                return reason;
            default:
                return "it is not in the store.";
        }
    }

    private static string KeyOf(Job job) => job.Input!.LeftIn!.Value.ToString();

    private IEnumerable<List<Job>> InReads(IEnumerable<Job> jobs)
    {
        var some = new List<Job>();
        long bytes = 0;
        foreach (Job job in jobs)
        {
            bytes += job.DocumentBytesMax;
            if (some.Count > 0 && (bytes > bytesInOneRead || some.Count == documentsInOneRead))
            {
                yield return some;
                some = [];
                bytes = job.DocumentBytesMax;
            }

            some.Add(job);
        }

        if (some.Count > 0)
        {
            yield return some;
        }
    }
}
