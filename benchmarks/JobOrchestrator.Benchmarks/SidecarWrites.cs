using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using LocalSidecar.Json;
using LocalSidecar.Log;
using LocalSidecar.PubSub;
using LocalSidecar.State;
using LocalSidecar.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Benchmarks;

/// <summary>LocalSidecar without its APIs: transactions through its log, to memory and to disk, and the events that it makes.</summary>
[MemoryDiagnoser]
public class SidecarWrites : IDisposable
{
    private const string Published =
        """
        {"specversion":"1.0","id":"01890a5d-0000-7000-8000-000000000001-1","type":"job.created","source":"/jobs",
         "subject":"01890a5d-0000-7000-8000-000000000001","time":"2030-01-01T00:00:00Z","datacontenttype":"application/json",
         "data":{"jobId":"01890a5d-0000-7000-8000-000000000001","owner":"shop","type":"send","queue":"mail","status":"New",
         "sequence":1,"attempt":0,"occurredAt":"2030-01-01T00:00:00Z"}}
        """;

    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("benchmarks-").FullName;
    private readonly byte[] _event = Encoding.UTF8.GetBytes(Published);
    private readonly ByteBuffer _written = new();
    private readonly StateRequest _request = new();
    private readonly Envelope _envelope = new("jobs-pubsub", "job-created", "job-orchestrator", "00-trace", "", Now);
    private Ledger? _ledger;
    private StateStore? _store;

    /// <summary>Documents of 600 bytes in one transaction.</summary>
    [Params(1, 100)]
    public int Documents { get; set; }

    [GlobalSetup(Target = nameof(ToMemory))]
    public void InMemory() => Open(new MemoryStore());

    [GlobalSetup(Target = nameof(ToDisk))]
    public void OnDisk() => Open(new DataFolder(Path.Combine(_folder, Documents.ToString(CultureInfo.InvariantCulture))));

    [GlobalCleanup]
    public void Dispose()
    {
        _ledger?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public Task ToMemory() => _store!.Execute(_request, _request.Values.WrittenMemory.Span, StateRules.Atomic).Committed;

    /// <summary>Synced before it ends.</summary>
    [Benchmark]
    public Task ToDisk() => _store!.Execute(_request, _request.Values.WrittenMemory.Span, StateRules.Atomic).Committed;

    /// <summary>A job's event, with what a broker adds to it.</summary>
    [Benchmark]
    public int CloudEvent()
    {
        _written.Clear();
        _envelope.WriteEvent(_written, _event, default);
        return _written.Length;
    }

    private void Open(SegmentStore segments)
    {
        _ledger = new Ledger(segments, TimeProvider.System, NullLogger.Instance);
        _store = _ledger.Store("jobs");
        var scope = new StateScope(_store, "jobs||"u8.ToArray());
        byte[] value = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 588)}}"}""");
        for (int i = 0; i < Documents; i++)
        {
            scope.AddUpsert(
                _request, string.Create(CultureInfo.InvariantCulture, $"document-{i}"), value, isRaw: true, default, timeToLive: null);
        }
    }
}
