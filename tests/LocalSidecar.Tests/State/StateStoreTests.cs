using LocalSidecar.State;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.State;

public sealed class StateStoreTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Store _store;

    public StateStoreTests() => _store = Store.InMemory(_time);

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Save_WithCurrentETag_WritesAndChangesIt()
    {
        await _store.PutAsync("a", "1");
        string? etag = _store.Etag("a");

        string? problem = await _store.SaveAsync($$"""[{"key":"a","value":2,"etag":"{{etag}}"}]""");

        Assert.Null(problem);
        Assert.Equal("2", _store.Get("a"));
        Assert.NotEqual(etag, _store.Etag("a"));
    }

    [Theory]
    [InlineData("\"etag\":\"wrong\"")]
    [InlineData("\"etag\":\"wrong\",\"options\":{\"concurrency\":\"last-write\"}")]
    [InlineData("\"options\":{\"concurrency\":\"first-write\"}")]
    [InlineData("\"Options\":{\"CONCURRENCY\":\"first-write\"}")]
    public async Task Save_AgainstWhatIsThere_IsAConflict(string condition)
    {
        await _store.PutAsync("a", "1");

        string? problem = await _store.SaveAsync($$"""[{"key":"a","value":2,{{condition}}}]""");

        Assert.StartsWith("possible etag mismatch. error from state store: ", problem, StringComparison.Ordinal);
        Assert.Equal("\"1\"", _store.Get("a"));
    }

    [Theory]
    [InlineData("\"etag\":null")]
    [InlineData("\"etag\":\"\"")]
    [InlineData("\"options\":{\"concurrency\":\"last-write\",\"consistency\":\"strong\"}")]
    public async Task Save_WithoutACondition_Overwrites(string condition)
    {
        await _store.PutAsync("a", "1");

        Assert.Null(await _store.SaveAsync($$"""[{"key":"a","value":2,{{condition}}}]"""));

        Assert.Equal("2", _store.Get("a"));
    }

    [Fact]
    public async Task Save_SeveralItemsOneRefused_WritesTheOthers()
    {
        await _store.PutAsync("a", "1");

        string? problem = await _store.SaveAsync("""[{"key":"b","value":1},{"key":"a","value":2,"etag":"wrong"},{"key":"c","value":1}]""");

        Assert.Contains("etag not match for key=a", problem, StringComparison.Ordinal);
        Assert.Equal("\"1\"", _store.Get("a"));
        Assert.Equal("1", _store.Get("b"));
        Assert.Equal("1", _store.Get("c"));
    }

    [Fact]
    public async Task Transaction_OneStaleETag_AppliesNothing()
    {
        await _store.PutAsync("a", "1");

        string? problem = await _store.TransactAsync("""
            {"operations":[{"operation":"upsert","request":{"key":"b","value":1}},
             {"operation":"delete","request":{"key":"a","etag":"wrong"}}]}
            """);

        Assert.Contains("possible etag mismatch", problem, StringComparison.Ordinal);
        Assert.Null(_store.Get("b"));
        Assert.NotNull(_store.Get("a"));
    }

    /// <summary>As recorded of daprd with Redis: the others are written, an ETag creates, and first-write is not heeded.</summary>
    [Fact]
    public async Task Transaction_AsRedis_GoesKeyByKey()
    {
        await _store.PutAsync("a", "old");
        await _store.PutAsync("b", "old");
        string? problem = await _store.TransactAsync(
            """
            {"operations":[
                {"operation":"upsert","request":{"key":"a","value":"new","etag":"7","options":{"concurrency":"first-write"}}},
                {"operation":"upsert","request":{"key":"b","value":"new","options":{"concurrency":"first-write"}}},
                {"operation":"upsert","request":{"key":"c","value":"new","etag":"7"}}]}
            """,
            StateRules.AsRedis);

        Assert.Contains("etag not match for key=", problem, StringComparison.Ordinal);
        Assert.Equal(("\"old\"", "\"new\"", "\"new\""), (_store.Get("a"), _store.Get("b"), _store.Get("c")));
    }

    [Fact]
    public async Task Transaction_RequestBeforeOperation_IsReadAllTheSame()
    {
        Assert.Null(await _store.TransactAsync("""
            {"metadata":{"partitionKey":"p"},"operations":[{"request":{"value":{"b":1,"a":2},"key":"a\u0020b"},"operation":"upsert"}]}
            """));

        Assert.Equal("""{"a":2,"b":1}""", _store.Get("a b"));
    }

    [Fact]
    public async Task Value_WithATimeToLive_IsThereUntilItEndsAndGoneAfterwards()
    {
        Assert.Null(await _store.SaveAsync("""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"10"}}]"""));

        _time.Advance(TimeSpan.FromSeconds(10));
        string? atTheEnd = _store.Get("a");
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("1", atTheEnd);
        Assert.Null(_store.Get("a"));
    }

    [Fact]
    public async Task ExpiredValue_IsSwept()
    {
        Assert.Null(await _store.SaveAsync("""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"10"}},{"key":"b","value":1}]"""));

        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public async Task ExpiredValue_DoesNotStandInTheWayOfAFirstWrite()
    {
        Assert.Null(await _store.SaveAsync("""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"1"}}]"""));
        _time.Advance(TimeSpan.FromMilliseconds(1001));

        Assert.Null(await _store.SaveAsync("""[{"key":"a","value":2,"options":{"concurrency":"first-write"}}]"""));
    }

    [Fact]
    public async Task UpdateWithoutATimeToLive_ClearsIt()
    {
        Assert.Null(await _store.SaveAsync("""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"1"}}]"""));
        await _store.PutAsync("a", "stays");

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("\"stays\"", _store.Get("a"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("-5")]
    [InlineData("")]
    public async Task TimeToLive_NotPositive_MeansForEver(string seconds)
    {
        Assert.Null(await _store.SaveAsync($$$"""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"{{{seconds}}}"}}]"""));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("1", _store.Get("a"));
    }

    [Theory]
    [InlineData("x", "strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("1.5", "strconv.Atoi: parsing \"1.5\": invalid syntax")]
    [InlineData("99999999999999999999", "strconv.Atoi: parsing \"99999999999999999999\": value out of range")]
    public async Task TimeToLive_NotANumber_IsTheStoresRefusal(string seconds, string problem)
    {
        Assert.Equal(problem, await _store.SaveAsync($$$"""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"{{{seconds}}}"}}]"""));
    }

    [Fact]
    public async Task TimeToLive_OverThirtyTwoBits_IsTaken()
    {
        Assert.Null(await _store.SaveAsync("""[{"key":"a","value":1,"metadata":{"ttlInSeconds":"9999999999"}}]"""));

        _time.Advance(TimeSpan.FromDays(365));

        Assert.Equal("1", _store.Get("a"));
    }

    [Fact]
    public async Task Value_NestedAsDeeplyAsAllowed_CanBeRead()
    {
        string value = new string('[', 900) + new string(']', 900);
        Assert.Null(await _store.SaveAsync("[{\"key\":\"a\",\"value\":" + value + "}]"));

        Assert.Equal(value, _store.Get("a"));
    }
}
