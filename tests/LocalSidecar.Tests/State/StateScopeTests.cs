using System.Text;
using LocalSidecar.Errors;
using LocalSidecar.State;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.State;

public sealed class StateScopeTests : IDisposable
{
    private static readonly StateCondition None = new(null, FirstWrite: false);
    private static readonly StateCondition Stale = new("11111111-1111-4111-8111-111111111111", FirstWrite: false);

    private readonly ManualTimeProvider _time = new();
    private readonly Store _store;
    private readonly StateRequest _request = new();

    public StateScopeTests() => _store = Store.InMemory(_time);

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Save_SeveralRefused_WritesTheOthersAndNamesTheFirst()
    {
        await _store.PutAsync("a", "1");
        Upsert("a", Stale);
        Upsert("b", None);
        Upsert("c", None, timeToLive: "soon");

        FailureException refusal = await Assert.ThrowsAsync<FailureException>(SaveAsync);

        Assert.Equal(FailureKind.StateSave, refusal.Failure.Kind);
        Assert.Equal("ERR_STATE_SAVE", refusal.Failure.Reason);
        Assert.StartsWith("failed saving state in state store jobs: possible etag mismatch", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("\"1\"", "b", null), (_store.Get("a"), _store.Get("b"), _store.Get("c")));
    }

    [Fact]
    public async Task Save_OnlyETagsRefused_IsAConflict()
    {
        await _store.PutAsync("a", "1");
        Upsert("a", Stale);
        Upsert("gone", Stale);
        Upsert("b", None);

        Assert.Equal(FailureKind.StateSaveConflict, (await Assert.ThrowsAsync<FailureException>(SaveAsync)).Failure.Kind);
        Assert.Equal("b", _store.Get("b"));
    }

    [Fact]
    public async Task Transact_StaleETagAndABadTimeToLive_SaysTheTimeToLiveAndWritesNothing()
    {
        await _store.PutAsync("a", "1");
        Upsert("a", Stale);
        Upsert("b", None, timeToLive: "x");

        FailureException refusal = await Assert.ThrowsAsync<FailureException>(
            () => _store.Scope.TransactAsync(_request, _request.Values.WrittenMemory));

        Assert.Equal(
            new Failure(
                FailureKind.StateTransaction,
                "error while executing state transaction: strconv.Atoi: parsing \"x\": invalid syntax")
            {
                Reason = "ERR_STATE_TRANSACTION",
            },
            refusal.Failure);
        Assert.Null(_store.Get("b"));
    }

    [Fact]
    public async Task Upsert_WithATimeToLive_EndsWithIt()
    {
        Upsert("a", None, timeToLive: "10");
        await SaveAsync();

        StateValue? before = _store.Scope.Get("a");
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds() - 1000, before?.ExpiresAt);
        Assert.Null(_store.Scope.Get("a"));
    }

    [Fact]
    public async Task GetMany_AbsentAndRepeatedKeys_ComeInTheOrderAskedFor()
    {
        await _store.PutRawAsync("a", "1"u8.ToArray());
        await _store.PutRawAsync("", "empty key"u8.ToArray());

        List<StateItem> items = [.. _store.Scope.GetMany(["", "none", "a", "a"])];

        Assert.Equal(["", "none", "a", "a"], items.Select(static item => item.Key));
        Assert.Equal(
            ["empty key", null, "1", "1"],
            items.Select(static item => item.Value is { } value ? Encoding.UTF8.GetString(value.Stored.Span) : null));
    }

    [Fact]
    public async Task DeleteMany_SomeStaleETags_DeletesTheOthersAndNamesEach()
    {
        await _store.PutAsync("a", "1");
        await _store.PutAsync("b", "1");
        _store.Scope.AddDelete(_request, "a", Stale);
        _store.Scope.AddDelete(_request, "b", None);
        _store.Scope.AddDelete(_request, "gone", Stale);

        FailureException refusal = await Assert.ThrowsAsync<FailureException>(() => _store.Scope.DeleteManyAsync(_request));

        Assert.Equal((FailureKind.StateBulkDeleteConflict, "ERR_STATE_BULK_DELETE"), (refusal.Failure.Kind, refusal.Failure.Reason));
        Assert.Equal(
            [
                "failed deleting state in state store jobs: possible etag mismatch. error from state store: "
                + "possible etag mismatch. error from state store: state not exist or expired for key=gone",
                $"possible etag mismatch. error from state store: state etag not match for key=a: current={_store.Etag("a")}, "
                    + $"expect={Stale.Etag}",
            ],
            refusal.Message.Split('\n'));
        Assert.Null(_store.Get("b"));
    }

    [Fact]
    public async Task DeleteMany_OfOneKey_SaysWhatADeletionSays()
    {
        _store.Scope.AddDelete(_request, "gone", Stale);

        FailureException refusal = await Assert.ThrowsAsync<FailureException>(() => _store.Scope.DeleteManyAsync(_request));

        Assert.Equal(
            "failed deleting state in state store jobs: possible etag mismatch. error from state store: state not exist or expired for "
                + "key=gone",
            refusal.Message);
    }

    [Fact]
    public async Task Delete_AbsentKey_IsFineUnlessAnETagSaysThatItShouldBeThere()
    {
        await _store.Scope.DeleteAsync("a", new StateCondition("", FirstWrite: true));

        FailureException refusal = await Assert.ThrowsAsync<FailureException>(() => _store.Scope.DeleteAsync("a", Stale));

        Assert.Equal(FailureKind.StateDeleteConflict, refusal.Failure.Kind);
        Assert.StartsWith("failed deleting state with key a: possible etag mismatch", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_WithTheSeparator_IsRefusedWithEverythingThatAnApiMaySay()
    {
        FailureException refusal = Assert.Throws<FailureException>(() => _store.Scope.Get("a||b"));

        Assert.Equal(
            new Failure(FailureKind.StateKeyIllegal, "input key/keyPrefix 'a||b' can't contain '||'")
            {
                Reason = "DAPR_STATE_ILLEGAL_KEY",
                Resource = new FailedResource("state", "jobs", ""),
                Field = "a||b",
            },
            refusal.Failure);
        Assert.Throws<FailureException>(() => Upsert("a||b", None));
        Assert.Empty(_request.Operations);
    }

    [Fact]
    public async Task Prefix_StandsInFrontOfKeysInTheStore_AndNowhereElse()
    {
        var scope = new StateScope(_store.Ledger.Store(Store.Name), "app||"u8.ToArray());

        scope.AddUpsert(_request, "a", "1"u8, isRaw: true, None, null);
        await scope.SaveAsync(_request, _request.Values.WrittenMemory);

        Assert.NotNull(scope.Get("a"));
        Assert.Null(_store.Scope.Get("a"));
        Assert.NotNull(_store.Ledger.Store(Store.Name).Get("app||a"u8));
    }

    private void Upsert(string key, StateCondition condition, string? timeToLive = null) =>
        _store.Scope.AddUpsert(_request, key, Encoding.UTF8.GetBytes(key), isRaw: true, condition, timeToLive);

    private Task SaveAsync() => _store.Scope.SaveAsync(_request, _request.Values.WrittenMemory);
}
