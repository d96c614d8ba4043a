using System.Text;
using LocalSidecar.Api.Http;
using LocalSidecar.Log;
using LocalSidecar.State;
using LocalSidecar.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace LocalSidecar.Tests.Support;

/// <summary>A ledger over a folder or memory, with one state store, spoken to as the HTTP layer does.</summary>
internal sealed class Store : IDisposable
{
    public const string Name = "jobs";

    private Store(SegmentStore segments, TimeProvider time, ILogger logger)
    {
        Ledger = new Ledger(segments, time, logger);
        Scope = new StateScope(Ledger.Store(Name), []);
    }

    public Ledger Ledger { get; }

    /// <summary>The store as an app without a key prefix sees it.</summary>
    public StateScope Scope { get; }

    public static Store Open(string folder, int segmentSize = 64 << 10, TimeProvider? time = null, ILogger? logger = null) =>
        new(new DataFolder(folder, segmentSize), time ?? new ManualTimeProvider(), logger ?? NullLogger.Instance);

    public static Store InMemory(TimeProvider? time = null, int segmentSize = 64 << 10) =>
        new(new MemoryStore(segmentSize), time ?? new ManualTimeProvider(), NullLogger.Instance);

    public static Store Over(SegmentStore segments) => new(segments, new ManualTimeProvider(), NullLogger.Instance);

    /// <summary>A save, as posted; the problem, or null.</summary>
    public async Task<string?> SaveAsync(string json) => await ExecuteAsync(json, StateRules.Each);

    /// <summary>A transaction, as posted; the problem, or null.</summary>
    public async Task<string?> TransactAsync(string json, StateRules rules = StateRules.Atomic) => await ExecuteAsync(json, rules);

    /// <summary>Saves a string under a key.</summary>
    public async Task PutAsync(string key, string value) =>
        Assert.Null(await SaveAsync($$"""[{"key":"{{key}}","value":"{{value}}"}]"""));

    /// <summary>Saves bytes that come back as they are.</summary>
    public async Task PutRawAsync(string key, byte[] value, string? etag = null)
    {
        var request = new StateRequest();
        Scope.AddUpsert(request, key, value, isRaw: true, new StateCondition(etag, FirstWrite: false), timeToLive: null);
        await Scope.SaveAsync(request, request.Values.WrittenMemory);
    }

    public async Task DeleteAsync(string key) =>
        Assert.Null(await TransactAsync($$$"""{"operations":[{"operation":"delete","request":{"key":"{{{key}}}"}}]}"""));

    /// <summary>The value as a reader gets it, or null.</summary>
    public string? Get(string key)
    {
        if (Scope.Get(key) is not { } found)
        {
            return null;
        }

        return Encoding.UTF8.GetString(found.Read().Span);
    }

    /// <summary>The bytes as a reader gets them, or null.</summary>
    public byte[]? GetBytes(string key) => Scope.Get(key)?.Read().ToArray();

    public string? Etag(string key) => Scope.Get(key)?.Etag.ToString();

    public int Count => Ledger.Store(Name).Count;

    public void Dispose() => Ledger.Dispose();

    private async Task<string?> ExecuteAsync(string json, StateRules rules)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        var request = new StateRequest();
        if (rules == StateRules.Each)
        {
            StateRequestReader.ReadSave(body, request, Scope, null);
        }
        else
        {
            StateRequestReader.ReadTransaction(body, request, Scope, null);
        }

        StateOutcome outcome = Ledger.Store(Name).Execute(request, body, rules);
        await outcome.Committed;
        return outcome.Problems is [var first, ..] ? first.Text : null;
    }
}
