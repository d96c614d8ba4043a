using System.Text;

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
}
