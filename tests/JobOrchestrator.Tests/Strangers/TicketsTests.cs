using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using JobOrchestrator.Tests.Features;
using Microsoft.Extensions.Options;
using TestSupport;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Tickets stand for their key, no longer than 12 hours and no longer than it is there, and cannot be made without it.</summary>
public sealed class TicketsTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);
    private static readonly ApiKeyOptions Work = new() { Name = "work", Key = "work-key-0123456789" };

    [Fact]
    public async Task Ticket_OfAKey_HasItsRightsAndItsName()
    {
        await using ApiHost host = await StartAsync();
        Answer made = await host.PostAsync("/me/ticket", "", Key("work"));
        (string, string) ticket = TestKeys.Bearer(TicketOf(made));
        await host.PostAsync("/jobs", """{"queue":"pdf"}""", Key("root"));
        Answer foreign = await host.PostAsync("/jobs", """{"queue":"mail"}""", Key("root"));

        JsonElement me = (await host.GetAsync("/me", ticket)).Json;

        Assert.Equal("no-store", made["Cache-Control"]);
        Assert.Equal(host.Time.GetUtcNow() + Longest, made.Json.GetProperty("expires").GetDateTimeOffset());
        Assert.Equal(("work", "ticket"), (me.GetProperty("name").GetString(), me.GetProperty("by").GetString()));
        Assert.Equal(made.Json.GetProperty("expires").GetRawText(), me.GetProperty("expires").GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/queues/pdf/lease", """{"worker":"w"}""", ticket)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PostAsync("/queues/mail/lease", """{"worker":"w"}""", ticket)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/jobs/{foreign.JobId}", ticket)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PostAsync("/jobs", """{"queue":"pdf"}""", ticket)).Status);
    }

    [Fact]
    public async Task Ticket_EachThatIsMade_IsAnother()
    {
        await using ApiHost host = await StartAsync();

        Assert.NotEqual(
            TicketOf(await host.PostAsync("/me/ticket", "", Key("work"))), TicketOf(await host.PostAsync("/me/ticket", "", Key("work"))));
    }

    [Fact]
    public async Task Ticket_AsksForATicket_GetsNone()
    {
        await using ApiHost host = await StartAsync();
        string ticket = TicketOf(await host.PostAsync("/me/ticket", "", Key("work")));

        Answer refused = await host.PostAsync("/me/ticket", "", TestKeys.Bearer(ticket));

        refused.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("made of an API key alone", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticket_NoKeysThere_IsNotNeeded()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        (await host.PostAsync("/me/ticket", "")).ShouldBeProblem(HttpStatusCode.BadRequest, "no-tickets");
    }

    /// <summary>Just before, at and after its end; and before it ends it is not taken elsewhere than as a bearer's.</summary>
    [Fact]
    public async Task Ticket_After12Hours_IsNoLongerTaken()
    {
        await using ApiHost host = await StartAsync();
        (string, string) ticket = TestKeys.Bearer(TicketOf(await host.PostAsync("/me/ticket", "", Key("work"))));

        await host.AdvanceAsync(Longest - TimeSpan.FromSeconds(1));
        Answer last = await host.GetAsync("/me", ticket);
        Answer header = await host.GetAsync("/me", ("X-Api-Key", ticket.Item2["Bearer ".Length..]));
        Answer cookie = await host.GetAsync("/me", ("Cookie", $"jobs={ticket.Item2["Bearer ".Length..]}"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        Answer ended = await host.GetAsync("/me", ticket);

        Assert.Equal(HttpStatusCode.OK, last.Status);
        header.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        cookie.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        ended.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Contains("ran out at", ended.Text, StringComparison.Ordinal);
        Assert.StartsWith("Bearer", ended["WWW-Authenticate"], StringComparison.Ordinal);
    }

    /// <summary>Whoever has the key can sign anything, and still no ticket is for longer, not even for ever.</summary>
    [Theory]
    [InlineData(12 * 3_600, null)]
    [InlineData((12 * 3_600) + 60, null)]
    [InlineData((12 * 3_600) + 61, "longer than the 12 hours")]
    [InlineData(long.MaxValue / 2, "none of this service")]
    public void Ticket_SignedForLonger_IsNotTaken(long seconds, string? refused)
    {
        var time = new ManualTimeProvider();
        Tickets tickets = Of(time, Work);
        string[] parts = Issue(tickets).Split('.');
        parts[2] = $"{time.GetUtcNow().ToUnixTimeSeconds() + seconds}";

        Caller? caller = tickets.Find(Signed(parts, Work), out string why);

        Assert.Equal(refused is null, caller is not null);
        Assert.Contains(refused ?? "", why, StringComparison.Ordinal);
    }

    /// <summary>One letter of any part, parts that are missing, empty or too long, another key's signature.</summary>
    [Fact]
    public void Ticket_Forged_IsNotTaken()
    {
        Tickets tickets = Of(new ManualTimeProvider(), Work);
        string ticket = Issue(tickets);
        string[] parts = ticket.Split('.');
        IEnumerable<string> forged =
        [
            .. Enumerable.Range(0, parts.Length).Select(place => With(parts, place, Changed(parts[place]))),
            .. Enumerable.Range(0, parts.Length).Select(place => With(parts, place, "")),
            .. Enumerable.Range(1, parts.Length - 1).Select(count => string.Join('.', parts[..count])),
            ticket + ".", ticket + ticket, $"{ticket}{new string('A', 10_000)}", "v1.", "v1.....", "v1.\u0000.\u00e9.\ud800.=",
            With(parts, 4, "!!!!"), With(parts, 4, "AAA\u00e9"), With(parts, 4, "A"),
            With(parts, 2, "-1"), With(parts, 2, " 1"), With(parts, 2, "1e9"), With(parts, 2, new string('9', 30)),
            Signed(parts, new ApiKeyOptions { Key = "other-key-0123456789" }),
        ];

        Assert.NotNull(tickets.Find(ticket, out _));
        Assert.All(forged, text =>
        {
            Assert.Null(tickets.Find(text, out string why));
            Assert.NotEmpty(why);
        });
    }

    [Fact]
    public void Ticket_OfAKeyThatIsGoneOrChanged_IsRefusedInItsOwnWords()
    {
        var time = new ManualTimeProvider();
        string ticket = Issue(Of(time, Work));
        Tickets changed = Of(time, new ApiKeyOptions { Name = "work", Key = "work-key-9876543210" });
        Tickets removed = Of(time, new ApiKeyOptions { Name = "other", Key = "other-key-0123456789" });
        Tickets renewed = Of(time, new ApiKeyOptions { Name = "work", Key = "work-key-9876543210" }, Work);

        Assert.Null(changed.Find(ticket, out string ofChanged));
        Assert.Null(removed.Find(ticket, out string ofRemoved));
        Assert.NotNull(renewed.Find(ticket, out _)); // the old one beside the new one, while people change over

        Assert.Contains("has been changed", ofChanged, StringComparison.Ordinal);
        Assert.Contains("no longer, there", ofRemoved, StringComparison.Ordinal);
    }

    /// <summary>Another replica has the same settings, and nothing else in common.</summary>
    [Fact]
    public void Ticket_OfAnotherReplica_IsTaken()
    {
        var time = new ManualTimeProvider();
        string ticket = Issue(Of(time, Work));

        Caller? caller = Of(time, new ApiKeyOptions { Name = "work", Key = "work-key-0123456789" }).Find(ticket, out _);

        Assert.Equal(Credential.Ticket, caller?.By);
    }

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(settings: TestKeys.Of(
        ("root", ["Admin=true"]), ("work", ["Queues:0=pdf", "Permissions=Work"])));

    private static (string, string) Key(string name) => TestKeys.Bearer(TestKeys.Secret(name));

    private static string TicketOf(Answer made) => made.Json.GetProperty("ticket").GetString()!;

    private static Tickets Of(TimeProvider time, params ApiKeyOptions[] keys)
    {
        var options = new ApiOptions();
        foreach (ApiKeyOptions key in keys)
        {
            options.Keys.Add(key);
        }

        return new Tickets(Options.Create(options), new Randomness(RandomNumberGenerator.Fill), time);
    }

    private static string Issue(Tickets tickets) => tickets.Issue(Work, TimeSpan.FromDays(30), out _);

    /// <summary>As whoever has the key can sign it.</summary>
    private static string Signed(string[] parts, ApiKeyOptions key)
    {
        byte[] signing = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key.Key), 32, [], "JobOrchestrator ticket v1: HMAC"u8.ToArray());
        string said = string.Join('.', parts[..4]);
        return $"{said}.{Convert.ToBase64String(HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(said)))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
    }

    private static string With(string[] parts, int place, string text) =>
        string.Join('.', parts.Select((part, i) => i == place ? text : part));

    private static string Changed(string text) => (text[0] == '1' ? '2' : '1') + text[1..];
}
