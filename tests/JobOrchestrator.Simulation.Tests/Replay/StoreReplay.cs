using System.Text;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Models;
using Sidecar.Conformance.Recorded;

namespace JobOrchestrator.Simulation.Tests.Replay;

/// <summary>Makes recorded requests of a model in their order and gathers what is not as recorded.</summary>
internal sealed class StoreReplay
{
    // Longer than any length of life that the recording script waited for, and shorter than all others.
    private static readonly TimeSpan Waited = TimeSpan.FromSeconds(3);

    private readonly StoreState _store;
    private readonly JsonForm _form;
    private readonly Dictionary<string, string> _etags = []; // recorded ones by name, and what the model has in their place
    private readonly HashSet<string> _rewritten = [];
    private readonly List<Difference> _differences = [];
    private Moment _now = new(0, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "replay");

    /// <param name="model">The model.</param>
    public StoreReplay(StoreModel model)
    {
        _store = new StoreState(model, _ => { });
        _form = model.ETags == ETagKind.ByKey ? JsonForm.Unsorted(seed: 1) : JsonForm.Sorted;
    }

    /// <summary>What differs.</summary>
    public IReadOnlyList<Difference> Run(IEnumerable<StateExchange> exchanges)
    {
        foreach (StateExchange exchange in exchanges)
        {
            _now = exchange.ComesWithTime ? _now with { At = _now.At + Waited } : _now;
            Compare(exchange, Ask(exchange));
        }

        return _differences;
    }

    private StateAnswer Ask(StateExchange exchange)
    {
        switch (exchange.Request)
        {
            case StateRequest.Get get:
                StoredItem? item = _store.Get(get.Key, _now);
                return new(item is null ? get.Absent : Found(exchange), [Document(get.Key, item)]);
            case StateRequest.GetMany bulk:
                BulkRead read = _store.GetMany(bulk.Keys).Finish(_now);
                return read.IsTooLarge
                    ? new(exchange.Statuses[WriteResult.TooLarge], [])
                    : new(Found(exchange), [.. read.Items.Select(one => Document(one.Key, one.Item))]);
            case StateRequest.Each each:
                return new(exchange.Statuses[Save(each.Writes)], []);
            case StateRequest.Transact transaction:
                return new(exchange.Statuses[Transact(transaction.Writes)], []);
            default:
                throw new ArgumentException($"There is no way to ask {exchange.Request}.");
        }
    }

    /// <summary>HTTP has a status of its own for what was found.</summary>
    private static string Found(StateExchange exchange) => exchange.Statuses[WriteResult.Done] == "204" ? "200" : "OK";

    private static StateDocument Document(string key, StoredItem? item) => new(key, item?.Value.ToArray(), item?.ETag);

    /// <summary>Saves them all: what becomes of one is nothing to the others. A failure tells more than an ETag that is none.</summary>
    private WriteResult Save(IReadOnlyList<WriteAsked> asked)
    {
        StoreWrite?[] writes = [.. asked.Select(Live)];
        if (writes.Contains(null))
        {
            return WriteResult.NoJson;
        }

        WriteResult[] results = [.. writes.Select(write => _store.Save(write!.Value, _now))];
        return results.DefaultIfEmpty(WriteResult.Done).Max();
    }

    private WriteResult Transact(IReadOnlyList<WriteAsked> asked)
    {
        StoreWrite?[] writes = [.. asked.Select(Live)];
        return writes.Contains(null)
            ? WriteResult.NoJson
            : _store.Transact([.. writes.Select(write => write!.Value)]).Finish(_now);
    }

    /// <summary>With the model's own ETag, and the JSON as the sidecar hands it on; null: it does not.</summary>
    private StoreWrite? Live(WriteAsked asked)
    {
        StoreWrite write = asked.Write;
        if (write.ETag is { } etag && _etags.TryGetValue(etag, out string? own))
        {
            write = write with { ETag = own };
        }

        if (!asked.IsRewritten)
        {
            return write;
        }

        _rewritten.Add(write.Key);
        return _form.Rewrite(write.Value!, _etags.Count) is { } value ? write with { Value = value } : null;
    }

    private void Compare(StateExchange exchange, StateAnswer actual)
    {
        StateAnswer recorded = exchange.Answer;
        Differ(exchange, "status", recorded.Status, actual.Status);
        if (recorded.Status != actual.Status)
        {
            return;
        }

        StateDocument[] before = [.. Ordered(recorded.Documents)];
        StateDocument[] after = [.. Ordered(actual.Documents)];
        Differ(exchange, "keys", string.Join(", ", before.Select(one => one.Key)), string.Join(", ", after.Select(one => one.Key)));
        foreach ((StateDocument one, StateDocument other) in before.Zip(after))
        {
            Differ(exchange, "document", Presence(one), Presence(other));
            Differ(exchange, "ETag", ETag(one), ETag(other));
            Differ(exchange, "bytes", Text(one, one.IsParsed), Text(other, one.IsParsed));
            if (one.ETag is { } etag && other.ETag is { } own)
            {
                _etags[etag] = own;
            }
        }
    }

    /// <summary>What there is by key, where the order of a bulk read is any; still before what there is not.</summary>
    private IEnumerable<StateDocument> Ordered(IReadOnlyList<StateDocument> documents) =>
        _store.Model.BulkOrder != BulkOrder.AnyFoundFirst ? documents
        :
        [
            .. documents.TakeWhile(one => one.Bytes is not null).OrderBy(one => one.Key, StringComparer.Ordinal),
            .. documents.SkipWhile(one => one.Bytes is not null),
        ];

    private static string Presence(StateDocument one) => one.Bytes is null ? $"no {one.Key}" : $"a {one.Key}";

    /// <summary>By key it is a number that can be told beforehand; else there is one or none.</summary>
    private string ETag(StateDocument one) =>
        one.ETag is null ? "none" : _store.Model.ETags == ETagKind.ByKey ? one.ETag : "one";

    /// <summary>The bytes; where the order of members is any, sorted.</summary>
    private string Text(StateDocument one, bool isParsed)
    {
        byte[] bytes = one.Bytes ?? [];
        bool isAnyOrder = isParsed || (!_form.SortsMembers && _rewritten.Contains(one.Key));
        return Encoding.Latin1.GetString(isAnyOrder ? JsonForm.Sorted.Rewrite(bytes, 0) ?? bytes : bytes);
    }

    private void Differ(StateExchange exchange, string what, string recorded, string actual)
    {
        if (recorded != actual)
        {
            _differences.Add(new Difference(exchange.Where, what, recorded, actual));
        }
    }
}
