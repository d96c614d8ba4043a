using System.Collections.Concurrent;
using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Tests.Replay;
using Sidecar.Conformance.Recorded;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>The models of real stores against what a real sidecar in front of them was recorded to answer.</summary>
public sealed class StoreRecordingTests
{
    // All requests of the script that reach the store, but for the one with a length of life that is no number.
    private const int HttpRequests = 102;

    // A recording is large, and many tests read it.
    private static readonly ConcurrentDictionary<string, IReadOnlyList<StateExchange>> AllRead = new();

    private static readonly Dictionary<string, Func<StoreModel, StoreModel>> Ways = new()
    {
        ["rolls back"] = model => model with { Transactions = TransactionKind.RollsBack },
        ["applies the others"] = model => model with { Transactions = TransactionKind.AppliesTheOthers },
        ["no transactions"] = model => model with { Transactions = TransactionKind.OneByOne },
        ["ETags of one counter"] = model => model with { ETags = ETagKind.OfOneCounter },
        ["ETags by key"] = model => model with { ETags = ETagKind.ByKey },
        ["bulk as asked"] = model => model with { BulkOrder = BulkOrder.AsAsked },
        ["bulk found first"] = model => model with { BulkOrder = BulkOrder.FoundFirst },
        ["other failure of first-write"] = model => model with { FirstWriteFails = !model.FirstWriteFails },
        ["other deletion by first-write"] = model => model with { FirstWriteGuardsDeletes = !model.FirstWriteGuardsDeletes },
        ["other lengths of life"] = model => model with { WantsTtlIn32Bits = !model.WantsTtlIn32Bits },
        ["other empty values"] = model => model with { WantsBytes = !model.WantsBytes },
        ["any request"] = model => model with { RequestBytesMax = long.MaxValue },
        ["any answer"] = model => model with { AnswerBytesMax = long.MaxValue },
        ["few operations"] = model => model with { OperationsMax = 100 },
    };

    [Theory]
    [InlineData("in-memory", "in-memory")]
    [InlineData("in-memory+patient", "in-memory")]
    [InlineData("in-memory+retry", "in-memory")]
    [InlineData("in-memory+tokens", "in-memory")]
    [InlineData("sqlite", "sqlite")]
    [InlineData("mysql", "mysql")]
    [InlineData("postgres", "postgres")]
    [InlineData("redis", "redis")]
    [InlineData("redis+patient", "redis")]
    [InlineData("redis+retry", "redis")]
    [InlineData("rabbitmq", "redis")]
    [InlineData("rabbitmq+patient", "redis")]
    [InlineData("rabbitmq+retry", "redis")]
    [InlineData("mqtt", "redis")]
    [InlineData("mqtt+patient", "redis")]
    [InlineData("mqtt+retry", "redis")]
    [InlineData("jetstream", "redis")]
    [InlineData("jetstream+retry", "redis")]
    public void Model_AskedByHttp_AnswersAsRecorded(string recording, string preset)
    {
        IReadOnlyList<StateExchange> exchanges = Http(recording);

        IReadOnlyList<Difference> found = new StoreReplay(Presets.Named(preset)).Run(exchanges);

        Assert.Equal("", KnownDifferences.Verdict(preset, exchanges, found));
        Assert.Equal(HttpRequests, exchanges.Count);
    }

    [Theory]
    [InlineData("in-memory", "in-memory", "http", 232)]
    [InlineData("in-memory", "in-memory", "grpc", 2)]
    [InlineData("in-memory", "in-memory", "health", 1)]
    [InlineData("in-memory+retry", "in-memory", "http", 232)]
    [InlineData("in-memory+retry", "in-memory", "grpc", 2)]
    [InlineData("in-memory+tokens", "in-memory", "http", 235)]
    [InlineData("in-memory+tokens", "in-memory", "grpc", 5)]
    [InlineData("postgres", "postgres", "http", 232)]
    [InlineData("postgres", "postgres", "grpc", 2)]
    [InlineData("postgres", "postgres", "health", 1)]
    [InlineData("redis", "redis", "http", 232)]
    [InlineData("redis", "redis", "grpc", 2)]
    [InlineData("redis", "redis", "health", 1)]
    public void Model_AskedByGrpc_AnswersAsRecorded(string recording, string preset, string app, int requests)
    {
        IReadOnlyList<StateExchange> exchanges = Calls(recording, app);

        IReadOnlyList<Difference> found = new StoreReplay(Presets.Named(preset)).Run(exchanges);

        Assert.Equal("", KnownDifferences.Verdict(preset, exchanges, found));
        Assert.Equal(requests, exchanges.Count);
    }

    /// <summary>Whether the replay would see a model that is wrong: each of its ways, in turn, as another store has it.</summary>
    [Theory]
    [InlineData("in-memory", "applies the others")]
    [InlineData("in-memory", "no transactions")]
    [InlineData("in-memory", "ETags by key")]
    [InlineData("in-memory", "bulk found first")]
    [InlineData("in-memory", "other failure of first-write")]
    [InlineData("in-memory", "other deletion by first-write")]
    [InlineData("in-memory", "other lengths of life")]
    [InlineData("in-memory", "other empty values")]
    [InlineData("in-memory", "any request")]
    [InlineData("in-memory", "any answer")]
    [InlineData("in-memory", "few operations")]
    [InlineData("sqlite", "applies the others")]
    [InlineData("sqlite", "no transactions")]
    [InlineData("sqlite", "ETags by key")]
    [InlineData("sqlite", "bulk as asked")]
    [InlineData("sqlite", "other failure of first-write")]
    [InlineData("sqlite", "any request")]
    [InlineData("sqlite", "few operations")]
    [InlineData("mysql", "applies the others")]
    [InlineData("mysql", "no transactions")]
    [InlineData("mysql", "ETags by key")]
    [InlineData("mysql", "bulk as asked")]
    [InlineData("mysql", "other failure of first-write")]
    [InlineData("mysql", "any request")]
    [InlineData("mysql", "few operations")]
    [InlineData("postgres", "applies the others")]
    [InlineData("postgres", "no transactions")]
    [InlineData("postgres", "ETags by key")]
    [InlineData("postgres", "bulk as asked")]
    [InlineData("postgres", "other failure of first-write")]
    [InlineData("postgres", "other deletion by first-write")]
    [InlineData("postgres", "other lengths of life")]
    [InlineData("postgres", "other empty values")]
    [InlineData("postgres", "any request")]
    [InlineData("postgres", "any answer")]
    [InlineData("postgres", "few operations")]
    [InlineData("redis", "rolls back")]
    [InlineData("redis", "no transactions")]
    [InlineData("redis", "ETags of one counter")]
    [InlineData("redis", "bulk found first")]
    [InlineData("redis", "other lengths of life")]
    [InlineData("redis", "other empty values")]
    [InlineData("redis", "any request")]
    [InlineData("redis", "any answer")]
    [InlineData("redis", "few operations")]
    public void Model_WithOneWayOfAnotherStore_IsNotAsRecorded(string preset, string way)
    {
        StoreModel wrong = Ways[way](Presets.Named(preset));
        IReadOnlyList<StateExchange> http = Http(preset);
        IReadOnlyList<StateExchange> calls = preset is "sqlite" or "mysql" ? [] : Calls(preset, "http");

        string verdicts = KnownDifferences.Verdict(preset, http, new StoreReplay(wrong).Run(http))
            + KnownDifferences.Verdict(preset, calls, new StoreReplay(wrong).Run(calls));

        Assert.NotEqual("", verdicts);
    }

    private static IReadOnlyList<StateExchange> Http(string recording) => AllRead.GetOrAdd(recording, HttpExchanges.Read);

    private static IReadOnlyList<StateExchange> Calls(string recording, string app) =>
        AllRead.GetOrAdd($"{recording}: {app}", _ => CallExchanges.Read(recording, app));
}
