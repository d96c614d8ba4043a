using System.Text.Json;
using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I1: whatever is accepted can be found again. A new job stands in a page of its own commit; a page that a start does not load any more
/// has no live job; a live job's document is not deleted.
/// </summary>
internal sealed class LostOracle(Ledger ledger, Verdicts verdicts) : ILedgerWatcher
{
    private readonly Dictionary<(int Shard, long Page), List<Guid>> _pages = [];
    private readonly Dictionary<Guid, long> _pageOf = [];
    private readonly Dictionary<int, HashSet<long>> _live = [];
    private readonly HashSet<int> _moved = []; // shards whose live pages are others with the head being written

    public void HeadWritten(LedgerShard shard, HeadRead? after, AppliedWrites writes)
    {
        if (after is not null && !after.HasLivePagesOf(shard.Head))
        {
            _moved.Add(shard.Number);
        }
    }

    public void Committed(Commit commit)
    {
        foreach ((DocumentKey key, byte[] value) in commit.Pages)
        {
            ReadPage(key, value);
        }

        foreach (JobChange change in commit.Changes)
        {
            if (change.Before is null && !_pageOf.ContainsKey(change.Job.Id))
            {
                Report(commit, $"job {change.Job} came in, and no page lists it: no start will find it", change.Job);
            }
        }

        foreach (JobRecord gone in commit.Gone)
        {
            if (gone.Current is { } last && !last.Status.IsFinal())
            {
                Report(commit, $"I1: job {gone} was deleted while it was {last.Status}", gone);
            }
        }

        if (_moved.Remove(commit.Shard.Number))
        {
            CheckLivePages(commit);
        }
    }

    /// <summary>The page that lists a job; null: none does.</summary>
    public long? PageOf(Guid job) => _pageOf.TryGetValue(job, out long page) ? page : null;

    private void CheckLivePages(Commit commit)
    {
        HashSet<long> live = commit.Shard.Head!.ReadLivePages();
        if (_live.TryGetValue(commit.Shard.Number, out HashSet<long>? before))
        {
            foreach (long page in before.Where(page => !live.Contains(page)))
            {
                Guid lost = _pages.GetValueOrDefault((commit.Shard.Number, page), []).Find(id => IsLiveIn(page, id));
                if (lost != default)
                {
                    Report(
                        commit,
                        $"I1: page {page} is live no more, and its job {lost} has not ended: no start will load it",
                        ledger.Find(lost)!);
                }
            }
        }

        foreach (JobChange change in commit.Changes)
        {
            if (change.Before is null && _pageOf.TryGetValue(change.Job.Id, out long page) && !live.Contains(page))
            {
                Report(commit, $"I1: job {change.Job} came in with page {page}, which is not live: no start will load it", change.Job);
            }
        }

        _live[commit.Shard.Number] = live;
    }

    private bool IsLiveIn(long page, Guid id) =>
        _pageOf.GetValueOrDefault(id) == page && ledger.Find(id) is { Gone: null, Current: { } current } && !current.Status.IsFinal();

    private void ReadPage(DocumentKey key, byte[] value)
    {
        var ids = new List<Guid>();
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.NextMember(out ReadOnlySpan<byte> name))
        {
            if (!name.SequenceEqual("ids"u8))
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                Guid id = reader.GetGuid();
                ids.Add(id);
                if (id != default)
                {
                    _pageOf[id] = key.Number;
                }
            }
        }

        _pages[(key.Shard, key.Number)] = ids;
    }

    private void Report(Commit commit, string sentence, JobRecord about) =>
        verdicts.Add(
            OracleNames.Lost, commit.Step, commit.At, $"In commit {commit.Stamp} of {commit.Lane}, {sentence}.", about.ToString());
}
