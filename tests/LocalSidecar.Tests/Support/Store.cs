using System.Text;
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

    private readonly StateScope _scope;

    private Store(SegmentStore segments, TimeProvider time, ILogger logger)
    {
        Ledger = new Ledger(segments, time, logger);
        _scope = new StateScope(Ledger.Store(Name), []);
    }

    public Ledger Ledger { get; }

    public static Store Open(string folder, int segmentSize = 64 << 10, TimeProvider? time = null, ILogger? logger = null) =>
        new(new DataFolder(folder, segmentSize), time ?? new ManualTimeProvider(), logger ?? NullLogger.Instance);

    public static Store InMemory(TimeProvider? time = null, int segmentSize = 64 << 10) =>
        new(new MemoryStore(segmentSize), time ?? new ManualTimeProvider(), NullLogger.Instance);

    public static Store Over(SegmentStore segments) => new(segments, new ManualTimeProvider(), NullLogger.Instance);

    /// <summary>A save, as posted; the problem, or null.</summary>
    public async Task<string?> SaveAsync(string json) => await ExecuteAsync(json, atomic: false);

    /// <summary>A transaction, as posted; the problem, or null.</summary>
    public async Task<string?> TransactAsync(string json) => await ExecuteAsync(json, atomic: true);

    /// <summary>Saves a string under a key.</summary>
    public async Task PutAsync(string key, string value) =>
        Assert.Null(await SaveAsync($$"""[{"key":"{{key}}","value":"{{value}}"}]"""));

    /// <summary>Saves bytes that come back as they are.</summary>
    public async Task PutRawAsync(string key, byte[] value, string? etag = null) => Assert.Null(await SaveRawAsync(key, value, etag));

    /// <summary>The same; the problem, or null.</summary>
    public async Task<string?> SaveRawAsync(string key, byte[] value, string? etag)
    {
        var request = new StateRequest();
        request.Keys.WriteText(key);
        request.Operations.Add(new StateOperation { KeyLength = request.Keys.Length, ValueLength = value.Length, IsRaw = true, Etag = etag });
        StateOutcome outcome = _scope.Store.Execute(request, value, atomic: false);
        await outcome.Committed;
        return outcome.Problem;
    }

    public async Task DeleteAsync(string key) =>
        Assert.Null(await TransactAsync($$$"""{"operations":[{"operation":"delete","request":{"key":"{{{key}}}"}}]}"""));

    /// <summary>The value as a reader gets it, or null.</summary>
    public string? Get(string key)
    {
        if (_scope.Store.Get(Encoding.UTF8.GetBytes(key)) is not { } found)
        {
            return null;
        }

        return Encoding.UTF8.GetString(found.Read().Span);
    }

    /// <summary>The bytes as a reader gets them, or null.</summary>
    public byte[]? GetBytes(string key) => _scope.Store.Get(Encoding.UTF8.GetBytes(key))?.Read().ToArray();

    public string? Etag(string key) => _scope.Store.Get(Encoding.UTF8.GetBytes(key))?.Etag.ToString();

    public int Count => _scope.Store.Count;

    public void Dispose() => Ledger.Dispose();

    private async Task<string?> ExecuteAsync(string json, bool atomic)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var request = new StateRequest();
        if (atomic)
        {
            StateRequestReader.ReadTransaction(body, request, _scope, null);
        }
        else
        {
            StateRequestReader.ReadSave(body, request, _scope, null);
        }

        var outcome = _scope.Store.Execute(request, body, atomic);
        await outcome.Committed;
        return outcome.Problem;
    }
}
