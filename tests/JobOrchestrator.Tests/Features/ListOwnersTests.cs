using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Owners;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Sdk;

namespace JobOrchestrator.Tests.Features;

/// <summary>Whose jobs there are, and how far these services have read of what became of them.</summary>
public sealed class ListOwnersTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly FeedCaller Own = new("shop", IsOwner: true);
    private static readonly (string, string) AsPage = ("Accept", "application/json");

    [Fact]
    public async Task Owners_OfNoJob_AreNone()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement answer = (await host.GetAsync("/owners")).Json;

        Assert.Empty(answer.GetProperty("owners").EnumerateArray());
        Assert.Empty(answer.GetProperty("missing").EnumerateArray());
        Assert.Equal((0, false), (answer.GetProperty("total").GetInt32(), answer.GetProperty("totalIsLowerBound").GetBoolean()));
    }

    [Fact]
    public async Task Owners_WithJobsInSeveralShards_AreAddedUp()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int queue = 0; queue < 9; queue++)
        {
            await host.SubmitAsync($$"""{"owner":"shop","queue":"q{{queue}}"}""");
        }

        await host.SubmitAsync("""{"owner":"desk","queue":"desk","maxRetries":0}""");
        await host.SubmitAsync("""{"queue":"q1"}""");
        (JobId id, string token) = await host.LeaseAsync("desk");
        await host.PostAsync($"/jobs/{id}/fail", $$"""{"leaseToken":"{{token}}","error":"no paper"}""");

        JsonElement[] owners = await OwnersAsync(host);

        Assert.Equal(["shop", "desk"], owners.Select(owner => owner.GetProperty("owner").GetString()));
        Assert.Equal([(9L, 0L), (0L, 1L)], owners.Select(
            owner => (owner.GetProperty("live").GetInt64(), owner.GetProperty("failed24h").GetInt64())));
        Assert.All(owners, owner => Assert.Empty(owner.GetProperty("readers").EnumerateArray()));
    }

    /// <summary>It has what it does not ask for again; what is handed out in an answer may have been lost on the way.</summary>
    [Fact]
    public async Task Reader_ByPages_IsWhereItAsksToGoOn()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"owner":"shop","queue":"a"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(72));
        await host.SubmitAsync("""{"owner":"shop","queue":"b"}""");
        await host.SubmitAsync("""{"owner":"other","queue":"b"}""");

        string first = (await host.GetAsync("/events?owner=shop&after=oldest&limit=1", AsPage)).Json.GetProperty("cursor").GetString()!;
        JsonElement before = await ReaderAsync(host);
        string last = (await host.GetAsync($"/events?owner=shop&limit=9&after={first}", AsPage)).Json.GetProperty("cursor").GetString()!;
        JsonElement between = await ReaderAsync(host);
        await host.GetAsync($"/events?owner=shop&after={last}", AsPage);
        JsonElement after = await ReaderAsync(host);

        Assert.Equal((2L, 72.0), Behind(before));
        Assert.Equal("2030-01-01T00:00:00Z", before.GetProperty("readUpTo").GetString());
        Assert.Equal(1L, Behind(between).Events);
        Assert.Equal((0L, 0.0), Behind(after));
        Assert.Equal("2030-01-01T00:01:12Z", after.GetProperty("readUpTo").GetString());
        Assert.False(after.GetProperty("behindIsLowerBound").GetBoolean());
    }

    /// <summary>Whoever has stopped falls behind by what comes for it, and by nothing that comes for others.</summary>
    [Fact]
    public async Task Reader_ThatHasStopped_IsLateOnceThereIsSomethingForIt()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.GetAsync("/events?owner=shop", AsPage);
        await host.SubmitAsync("""{"owner":"other"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((0L, 0.0), Behind(await ReaderAsync(host)));

        await host.SubmitAsync("""{"owner":"shop"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(7));
        JsonElement late = await ReaderAsync(host);

        Assert.Equal((1L, 7.0), Behind(late));
        Assert.Equal("2030-01-01T00:00:00Z", late.GetProperty("lastReadAt").GetString());
    }

    [Fact]
    public async Task Reader_OfTheWholeFeed_IsNoOwners()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"owner":"shop"}""");

        await host.GetAsync("/events?after=oldest", AsPage);

        Assert.Empty(Assert.Single(await OwnersAsync(host)).GetProperty("readers").EnumerateArray());
    }

    [Fact]
    public async Task Owners_OfBoundCallers_AreThemselves()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]),
            ("see", ["Queues:0=*", "Permissions=Read"]),
            ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"]),
            ("work", ["Queues:0=pdf", "Permissions=Work"])));
        await host.PostAsync("/jobs", """{"owner":"shop"}""", Key("root"));
        await host.PostAsync("/jobs", """{"owner":"other"}""", Key("root"));

        Assert.Equal(["other", "shop"], await NamesAsync("root", ""));
        Assert.Equal(["other", "shop"], await NamesAsync("see", ""));
        Assert.Equal(["shop"], await NamesAsync("shop", ""));
        Assert.Equal(["shop"], await NamesAsync("shop", "?owner=shop"));
        (await host.GetAsync("/owners?owner=other", Key("shop"))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.GetAsync("/owners", Key("work"))).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");

        async Task<string[]> NamesAsync(string key, string query) =>
            [.. (await OwnersAsync(host, query, Key(key))).Select(owner => owner.GetProperty("owner").GetString()!)];
    }

    /// <summary>Whoever operates and looks into an owner's feed says nothing of the owner, once that has been seen itself.</summary>
    [Fact]
    public async Task Reader_ThatIsTheOwner_StandsBeforeOthers()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]), ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"])));
        await host.PostAsync("/jobs", """{"owner":"shop"}""", Key("root"));

        await host.GetAsync("/events?owner=shop&after=oldest", AsPage, Key("root"));
        JsonElement guest = await ReaderAsync(host, Key("root"));
        await host.GetAsync("/events", AsPage, Key("shop"));
        JsonElement own = await ReaderAsync(host, Key("root"));
        JsonElement asTheOwner = await ReaderAsync(host, Key("shop"));

        Assert.Equal((false, "root", 1L), (Is(guest, "isOwner"), guest.GetProperty("by").GetString(), Behind(guest).Events));
        Assert.Equal((true, "shop", 0L), (Is(own, "isOwner"), own.GetProperty("by").GetString(), Behind(own).Events));
        Assert.False(asTheOwner.TryGetProperty("by", out _));
    }

    [Fact]
    public void Sum_OfShardsOfWhichOneIsAway_NamesItAndTellsTheLatest()
    {
        var answer = OwnersAnswer.Of(
            [
                Shard(new ShardOwner("shop", 2, 1, 3, [Reading(null, 5, 10), Reading("mail", 0, null)])),
                null,
                Shard(new ShardOwner("shop", 1, 0, 0, [Reading(null, 2, 60, isLowerBound: true)]), new ShardOwner("most", 9, 0, 0, [])),
            ],
            Now);

        Assert.Equal([1], answer.Missing);
        Assert.Equal(["shop", "most"], answer.Owners.Select(owner => owner.Owner));
        OwnerRow shop = answer.Owners[0];
        Assert.Equal((3L, 1L, 3L), (shop.Live, shop.Failed, shop.EventsPending));
        Assert.Equal([null, "mail"], shop.Readers.Select(reader => reader.Queue));
        ReaderRow all = shop.Readers[0];
        Assert.Equal(
            (7L, TimeSpan.FromMinutes(1), Now.AddMinutes(-1), true), (all.EventsBehind, all.Behind, all.ReadUpTo, all.IsLowerBound));
        Assert.Equal((TimeSpan.Zero, Now), (shop.Readers[1].Behind, shop.Readers[1].ReadUpTo));
    }

    /// <summary>After a shard was taken over: it may be far behind, or not at all.</summary>
    [Fact]
    public void Sum_OfAReaderOfWhomNothingIsKnown_DoesNotSayThatItHasReadAll()
    {
        var answer = OwnersAnswer.Of(
            [
                Shard(
                    new ShardOwner("stuck", 0, 0, 0, [Reading(null, 0, null, isLowerBound: true)]),
                    new ShardOwner("well", 0, 0, 0, [Reading(null, 0, null)])),
                Shard(new ShardOwner("stuck", 0, 0, 0, [Reading(null, 0, null)])),
            ],
            Now);

        Assert.Equal(["stuck", "well"], answer.Owners.Select(owner => owner.Owner));
        ReaderRow stuck = answer.Owners[0].Readers[0];
        Assert.Equal((null, null, 0L, true), (stuck.ReadUpTo, stuck.Behind, stuck.EventsBehind, stuck.IsLowerBound));
    }

    [Fact]
    public async Task Reader_AheadOfAllEvents_IsExpiredAndNotSaidToHaveReadThem()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"owner":"shop"}""");
        string cursor = (await host.GetAsync("/events?after=oldest", AsPage)).Json.GetProperty("cursor").GetString()!;
        await using ApiHost setBack = await ApiHost.StartAsync();

        (await setBack.GetAsync($"/events?owner=shop&after={cursor}", AsPage)).ShouldBeProblem(HttpStatusCode.Gone, "cursor-expired");
        JsonElement reader = await ReaderAsync(setBack);

        Assert.True(Is(reader, "expired") && Is(reader, "behindIsLowerBound"));
        Assert.False(reader.TryGetProperty("readUpTo", out _) || reader.TryGetProperty("secondsBehind", out _));
    }

    [Fact]
    public void Sum_OfMoreOwnersThanAreTold_SaysHowManyThereAre()
    {
        var answer = OwnersAnswer.Of([Shard([.. Enumerable.Range(0, 700).Select(i => new ShardOwner($"o{i:d3}", i, 0, 0, []))])], Now);

        Assert.Equal((500, 700, "o699"), (answer.Owners.Count, answer.Total, answer.Owners[0].Owner));
    }

    [Fact]
    public async Task OwnersAsync_OfTheSdk_ReadsThem()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.SubmitAsync("""{"owner":"shop"}""");
        await host.Api.GetAsync("/events?owner=shop&queue=default&after=oldest", AsPage);

        JobOwners owners = await host.Operations.OwnersAsync("shop");

        JobOwner shop = Assert.Single(owners.Owners);
        JobFeedReader reader = Assert.Single(shop.Readers);
        Assert.Equal(("shop", 1L, "default", 1L, true), (shop.Owner, shop.Live, reader.Queue, reader.EventsBehind, reader.IsOwner));
    }

    private static (string, string) Key(string name) => ("X-Api-Key", TestKeys.Secret(name));

    private static bool Is(JsonElement reader, string member) => reader.GetProperty(member).GetBoolean();

    private static (long Events, double Seconds) Behind(JsonElement reader) =>
        (reader.GetProperty("eventsBehind").GetInt64(), reader.GetProperty("secondsBehind").GetDouble());

    private static async Task<JsonElement[]> OwnersAsync(ApiHost host, string query = "", params (string, string)[] headers) =>
        [.. (await host.GetAsync("/owners" + query, headers)).Json.GetProperty("owners").EnumerateArray()];

    private static async Task<JsonElement> ReaderAsync(ApiHost host, params (string, string)[] headers) =>
        Assert.Single((await OwnersAsync(host, "?owner=shop", headers))[0].GetProperty("readers").EnumerateArray());

    private static ShardOwners Shard(params ShardOwner[] owners) => new(Now, Now, owners, IsCut: false);

    private static FeedReading Reading(string? queue, long events, int? seconds, bool isLowerBound = false) =>
        new(queue, Own, Now, events, isLowerBound, seconds is { } ago ? Now.AddSeconds(-ago) : null, IsExpired: false);
}
