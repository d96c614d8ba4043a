using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>The second step of a commit on a store that does not roll back, which whoever takes over redoes.</summary>
public sealed class TwoStepDocumentsTests
{
    /// <summary>
    /// A finished job's time is over between a commit that changes it and the second step: a store that compares ETags refuses that of a
    /// document that is no more, again and again, and nobody served the shard.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redo_OfADocumentThatIsGone_MakesItAnew(bool comparesWhereNothingIs)
    {
        var store = new ModelStore(rollsBack: comparesWhereNothingIs);
        var documents = new TwoStepDocuments(store.Calls, "shard-0", createsByFirstWrite: comparesWhereNothingIs);
        await store.TrySaveAsync("other", Encoding.UTF8.GetBytes("""{"is":"there"}"""), null, "shard-0", CancellationToken.None);
        StoredItem other = (await store.GetAsync("other", "shard-0", CancellationToken.None))!.Value;

        documents.Redo(
        [
            new BatchEntry("gone", """{"epoch":1,"commit":2}""", "7", 60),
            new BatchEntry("other", """{"epoch":1,"commit":2,"is":"changed"}""", other.ETag, null),
        ]);

        // A later holder may have taken it away for good.
        Assert.False(await documents.FinishAsync(_ => Task.FromResult(false), CancellationToken.None));
        Assert.Null(store.JsonOf("gone"));

        Assert.True(await documents.FinishAsync(_ => Task.FromResult(true), CancellationToken.None));
        Assert.False(documents.HasWork);
        Assert.Equal("""{"epoch":1,"commit":2}""", store.JsonOf("gone"));
        Assert.Equal("""{"epoch":1,"commit":2,"is":"changed"}""", store.JsonOf("other"));
    }

    /// <summary>A clear yes is enough: what is read back is what a later commit needs the ETag of, and that one is used then.</summary>
    [Fact]
    public async Task Finish_AllIsWritten_ReadsBackWhatIsWrittenAgainAndNoMore()
    {
        var reads = new List<string>();
        (TwoStepDocuments documents, ModelStore model, _) = await CommittedAsync(reads);

        Assert.True(await documents.FinishAsync(NotAsked, CancellationToken.None));
        Assert.Equal(["page", "live"], reads);
        Assert.Equal(3, Documents(1).Count(document => model.JsonOf(document.Key) is not null));

        reads.Clear();
        await documents.EntriesOfAsync([Document("page", 2, isWrittenAgain: true), Document("live", 2)], CancellationToken.None);
        Assert.Empty(reads);
    }

    /// <summary>An error tells nothing of the others: all are read, and what is missing is written once more.</summary>
    [Theory]
    [InlineData(nameof(Fault.Failed))]
    [InlineData(nameof(Fault.Refused))]
    [InlineData(nameof(Fault.AnswerLost))]
    public async Task Finish_NoClearYes_ReadsBackAll(string befalls)
    {
        Fault fault = Enum.Parse<Fault>(befalls);
        var reads = new List<string>();
        (TwoStepDocuments documents, ModelStore model, ModelStore way) = await CommittedAsync(reads);
        int transactions = 0;
        way.TransactionFault = () => transactions++ == 0 ? fault : Fault.None;

        bool isDone = false;
        for (int tries = 0; tries < 3 && !isDone; tries++)
        {
            isDone = await Record.ExceptionAsync(() => documents.FinishAsync(NotAsked, CancellationToken.None)) is null
                && !documents.HasWork;
        }

        Assert.True(isDone);
        Assert.Superset(new HashSet<string> { "page", "live", "ended" }, reads.ToHashSet());
        Assert.Equal(3, Documents(1).Count(document => model.JsonOf(document.Key) is not null));
    }

    private static Task<bool> NotAsked(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing is odd here, so whose the head is does not matter.");

    private static async Task<(TwoStepDocuments Documents, ModelStore Model, ModelStore Way)> CommittedAsync(List<string> reads)
    {
        var model = new ModelStore(rollsBack: false);
        var way = new ModelStore(model);
        var gate = new GateStore(way)
        {
            Before = (call, keys) =>
            {
                if (call is StoreCall.Get or StoreCall.GetMany)
                {
                    reads.AddRange(keys);
                }

                return Task.CompletedTask;
            },
        };
        var calls = new StoreCalls(gate, TimeSpan.FromSeconds(10), ShardBounds.Usual.StoreAway, TimeProvider.System);
        var documents = new TwoStepDocuments(calls, "shard-0", createsByFirstWrite: false);
        await model.TrySaveAsync("shard-0", "{}"u8.ToArray(), null, "shard-0", CancellationToken.None);
        StoredItem head = (await model.GetAsync("shard-0", "shard-0", CancellationToken.None))!.Value;
        await documents.CommitAsync(Plan(Documents(1)), head.ETag, CancellationToken.None);
        documents.Committed();
        return (documents, model, way);
    }

    private static StateOperation[] Documents(int commit) =>
        [Document("page", commit, isWrittenAgain: true), Document("live", commit, isWrittenAgain: true), Document("ended", commit)];

    private static StateOperation Document(string key, int commit, bool isWrittenAgain = false) => new(
        key, Encoding.UTF8.GetBytes($$"""{"epoch":1,"commit":{{commit}}}"""), IsNew: commit == 1, IsWrittenAgain: isWrittenAgain);

    private static CommitPlan Plan(IReadOnlyList<StateOperation> documents)
    {
        var head = new Head { Epoch = 1, Commit = 1, CommitId = "1.0" };
        return new CommitPlan(
            head,
            documents,
            new Changes([], [], [], [], []),
            new SettingsPlan([], [], [], [], [], null, 0, 0),
            null,
            0,
            [],
            [],
            Swept.Nothing)
        {
            HeadUtf8 = head.ToUtf8(),
        };
    }
}
