using System.Text;
using LocalSidecar.Errors;
using LocalSidecar.Log;
using LocalSidecar.PubSub;
using LocalSidecar.State;

namespace LocalSidecar.Storage;

/// <summary>Everything the sidecar keeps: the state stores and the bus, over one log.</summary>
internal sealed class Ledger : IRecordSink, IDisposable
{
    private readonly Dictionary<string, StateStore> _stores = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private readonly Cleaner _cleaner;
    private CommitLog? _log;
    private Bus? _bus;

    /// <exception cref="StartException">The log is damaged.</exception>
    public Ledger(SegmentStore store, TimeProvider time, ILogger logger)
    {
        _time = time;
        Log = new CommitLog(store, this, logger);
        lock (Log.Gate)
        {
            Bus.Recovered();
        }

        _cleaner = new Cleaner(Log, this, store.SegmentSize, logger);
        _sweeper = time.CreateTimer(_ => Sweep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public CommitLog Log { get; }

    public Bus Bus => _bus!;

    /// <summary>The store behind a component's name, made when first asked for.</summary>
    public StateStore Store(string component)
    {
        lock (Log.Gate)
        {
            return StoreOf(component);
        }
    }

    /// <summary>Forgets values that have expired.</summary>
    public void Sweep()
    {
        StateStore[] stores;
        lock (Log.Gate)
        {
            stores = [.. _stores.Values];
        }

        foreach (StateStore store in stores)
        {
            store.Sweep();
        }
    }

    void IRecordSink.Attach(CommitLog log)
    {
        _log = log;
        _bus = new Bus(log, _time);
    }

    void IRecordSink.Apply(ReadOnlySpan<byte> record, Segment segment, int offset)
    {
        var kind = (RecordKind)record[0];
        if (kind == RecordKind.State)
        {
            var reader = new RecordReader(record[1..]);
            StoreOf(ref reader).Apply(record, 1 + reader.At, segment, offset);
        }
        else
        {
            Bus.Apply(kind, record, segment, offset);
        }
    }

    void IRecordSink.Lost()
    {
        foreach (StateStore store in _stores.Values)
        {
            store.Lost();
        }
    }

    void IRecordSink.Join() => Bus.Join();

    /// <summary>Appends what of a record is still needed. The gate is held.</summary>
    public bool Move(ReadOnlySpan<byte> record, Segment segment, int offset)
    {
        switch ((RecordKind)record[0])
        {
            case RecordKind.State:
                var reader = new RecordReader(record[1..]);
                return StoreOf(ref reader).Move(record, 1 + reader.At, segment, offset);
            case RecordKind.Message:
                return Bus.Move(record, segment, offset);
            default:
                // Subscriptions and their progress are written anew for every segment that goes.
                return false;
        }
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        _cleaner.Dispose();
        Log.Dispose();
    }

    private StateStore StoreOf(ref RecordReader reader)
    {
        ReadOnlySpan<byte> name = reader.Run();

        // One store is the rule; its name is compared as bytes so that the hot path allocates nothing.
        foreach (StateStore store in _stores.Values)
        {
            if (name.SequenceEqual(store.NameBytes))
            {
                return store;
            }
        }

        return StoreOf(Encoding.UTF8.GetString(name));
    }

    private StateStore StoreOf(string component)
    {
        if (!_stores.TryGetValue(component, out StateStore? store))
        {
            store = new StateStore(component, _log!, _time);
            _stores.Add(component, store);
        }

        return store;
    }
}
