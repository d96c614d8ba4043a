using System.Net;
using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Features;
using TestSupport;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Tokens of an authority: what they say is what their callers may; what is wrong with one is said, and lets nobody in.</summary>
public sealed class TokensTests : IAsyncLifetime
{
    private const string Nothing = """
        {"name":"anna","admin":false,"queues":[],"submitQueues":[],"permissions":[],"expires":"2030-01-01T00:10:00Z","by":"token"}
        """;

    private static readonly (string, string)[] Root =
        [.. TestKeys.Of(("root", ["Admin=true"])).Select(said => (said.Key, said.Value!))];

    private Authority _authority = null!;

    public async Task InitializeAsync() => _authority = await Authority.StartAsync();

    public async Task DisposeAsync() => await _authority.DisposeAsync();

    [Theory]
    [InlineData("\"roles\":null", Nothing)]
    [InlineData("\"roles\":[\"admin\",\"Everything\",7,null,{}]", Nothing)]
    [InlineData("\"roles\":{\"Read\":1}", Nothing)]
    [InlineData("\"azp\":\"shop\",\"roles\":[\"Submit\"],\"submit_queues\":\"mail pdf\"", """
        {"name":"anna","admin":false,"owner":"shop","queues":[],"submitQueues":["mail","pdf"],
        "permissions":["Read","Submit","ReadPayload"],"expires":"2030-01-01T00:10:00Z","by":"token"}
        """)]
    [InlineData("\"roles\":null,\"scope\":\"openid jobs.work\",\"queues\":\"mail,pdf\",\"owner\":\"a\",\"azp\":\"b\"", """
        {"name":"anna","admin":false,"owner":"a","queues":["mail","pdf"],"submitQueues":[],"permissions":["Read","Work","ReadPayload"],
        "expires":"2030-01-01T00:10:00Z","by":"token"}
        """)]
    [InlineData("\"roles\":\"read\",\"scp\":\"OPERATE\",\"queues\":[\"a b\",\"c\"],\"preferred_username\":null,\"name\":\"A\\nB\"", """
        {"name":"A B","admin":false,"queues":["a b","c"],"submitQueues":[],"permissions":["Read","Operate","ReadPayload"],
        "expires":"2030-01-01T00:10:00Z","by":"token"}
        """)]
    [InlineData("\"roles\":null,\"realm_access\":{\"roles\":[\"operators\",\"other\"]},\"queues\":[\"*\"]", """
        {"name":"anna","admin":false,"queues":["*"],"submitQueues":[],"permissions":["Read","Operate","ReadPayload"],
        "expires":"2030-01-01T00:10:00Z","by":"token"}
        """)]
    [InlineData("\"roles\":[\"jobs admins\"],\"azp\":\"shop\"", """
        {"name":"anna","admin":true,"queues":["*"],"submitQueues":["*"],"permissions":["Read","Submit","Work","Operate","ReadPayload"],
        "expires":"2030-01-01T00:10:00Z","by":"token"}
        """)]
    public async Task Token_OfTheAuthority_IsWhatItsClaimsSay(string claims, string expected)
    {
        await using ApiHost host = await StartAsync(
            ("Api:Jwt:PermissionsClaim", "roles scp scope realm_access.roles"),
            ("Api:Jwt:Roles:0:Role", "operators"), ("Api:Jwt:Roles:0:Permissions", "Operate"),
            ("Api:Jwt:Roles:1:Role", "jobs admins"), ("Api:Jwt:Roles:1:Admin", "true"));

        Answer me = await host.GetAsync("/me", Bearer(host, claims));

        Assert.Equal(expected.ReplaceLineEndings(""), me.Text);
    }

    /// <summary>Where the settings take reading of payloads away, tokens have it that say so.</summary>
    [Theory]
    [InlineData("\"roles\":[\"Read\"]", "Read")]
    [InlineData("\"roles\":[\"Read\"],\"scope\":\"jobs.read-payload\"", "Read ReadPayload")]
    [InlineData("\"roles\":[\"developers\"]", "Read ReadPayload")]
    [InlineData("\"roles\":[\"operators\"]", "Read Operate")]
    public async Task Token_WherePayloadsAreForSome_ReadsThemWhereItSaysSo(string claims, string permissions)
    {
        await using ApiHost host = await StartAsync(
            ("Api:Jwt:ReadPayload", "false"),
            ("Api:Jwt:Roles:0:Role", "operators"), ("Api:Jwt:Roles:0:Permissions", "Operate"),
            ("Api:Jwt:Roles:1:Role", "developers"), ("Api:Jwt:Roles:1:Permissions", "Read, ReadPayload"));

        Answer me = await host.GetAsync("/me", Bearer(host, $"{claims},\"queues\":\"*\""));

        Assert.Equal(permissions.Split(' '), me.Json.GetProperty("permissions").EnumerateArray().Select(word => word.GetString()));
    }

    /// <summary>Least privilege: who is known and permitted nothing sees nothing, and is told which claims were looked at.</summary>
    [Theory]
    [InlineData("\"roles\":null,\"azp\":\"shop\",\"queues\":\"*\"", "none of its claims roles scp scope says Read, Submit, Work or")]
    [InlineData("\"roles\":[\"read-payload\"],\"azp\":\"shop\",\"queues\":\"*\"", "none of its claims roles scp scope says Read, Submit")]
    [InlineData("\"roles\":[\"Operate\"]", "it has no owner (claims owner azp appid client_id)")]
    public async Task Token_ThatPermitsOrReachesNothing_MayOnlyAskWhoItIs(string claims, string why)
    {
        await using ApiHost host = await StartAsync();
        (string, string) token = Bearer(host, claims);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/me", token)).Status);
        foreach (Answer refused in new[]
        {
            await host.GetAsync("/jobs", token),
            await host.GetAsync("/queues", token),
            await host.GetAsync("/events?wait=1", token),
            await host.PostAsync("/jobs", "{}", token),
            await host.PostAsync("/me/ticket", "", token),
            await host.GetAsync("/v2/queues/default/jobs/x", token),
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains(why, refused.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Token_KeyAndTicket_LiveSideBySide()
    {
        await using ApiHost host = await StartAsync(Root);
        (string, string) key = TestKeys.Bearer(TestKeys.Secret("root"));
        (string, string) shop = Bearer(host, "\"azp\":\"shop\",\"roles\":[\"Submit\"],\"submit_queues\":\"*\"");
        Answer ticket = await host.PostAsync("/me/ticket", "", key);

        Answer submitted = await host.PostAsync("/jobs", "{}", shop);
        Answer others = await host.PostAsync("/jobs", """{"owner":"desk"}""", key);

        Assert.Equal(HttpStatusCode.Accepted, submitted.Status);
        Assert.Equal("shop", (await host.GetAsync($"/jobs/{submitted.JobId}", key)).Json.GetProperty("owner").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/jobs/{submitted.JobId}", shop)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync($"/jobs/{others.JobId}", shop)).Status);
        Answer byTicket = await host.GetAsync("/me", TestKeys.Bearer(ticket.Json.GetProperty("ticket").GetString()!));
        Assert.Equal("ticket", byTicket.Json.GetProperty("by").GetString());
        (await host.GetAsync("/me")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");

        // As a key a token is none.
        Answer asKey = await host.GetAsync("/me", ("X-Api-Key", shop.Item2["Bearer ".Length..]));
        asKey.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        (await host.PostAsync("/me/ticket", "", shop)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    /// <summary>Whoever chooses a name does not become the key of that name in the log and in the audit.</summary>
    [Fact]
    public async Task Token_WithTheNameOfAKey_IsToldFromIt()
    {
        await using ApiHost host = await StartAsync(Root);

        Answer me = await host.GetAsync("/me", Bearer(host, "\"preferred_username\":\"root\""));

        Assert.Equal("root (token)", me.Json.GetProperty("name").GetString());
    }

    /// <summary>What one did is nothing of another's who goes by the same name at the same app.</summary>
    [Fact]
    public async Task Token_WithTheNameOfAnother_SeesNothingOfWhatThatOneDid()
    {
        const string Rights = "\"roles\":[\"Read\",\"Submit\"],\"owner\":\"shop\",\"submit_queues\":[\"*\"]";
        await using ApiHost host = await StartAsync();
        (string, string) anna = Bearer(host, Rights), other = Bearer(host, Rights + ",\"sub\":\"u-2\"");
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync("/jobs", "{}", anna)).Status);
        Answer done = await host.PostAsync("/jobs/actions", """{"action":"cancel","q":"status:new","expect":1,"reason":"mine"}""", anna);
        Assert.Equal(HttpStatusCode.OK, done.Status);
        string action = $"/actions/{done.Json.GetProperty("id").GetString()}";

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(action, anna)).Status);
        (await host.GetAsync(action, other)).ShouldBeProblem(HttpStatusCode.NotFound, "action-not-found");
        Assert.Equal(0, (await host.GetAsync("/actions", other)).Json.GetProperty("actions").GetArrayLength());
    }

    [Theory]
    [InlineData("", "\"nbf\":1,\"exp\":1893456000", "ran out at 2030-01-01 00:00:00Z")]
    [InlineData("", "\"exp\":null", "has no end")]
    [InlineData("", "\"exp\":\"soon\"", "")]
    [InlineData("", "\"exp\":1e300", "")]
    [InlineData("", "\"nbf\":1893456200", "not valid before 2030-01-01 00:03:20Z")]
    [InlineData("", "\"nbf\":1893456200,\"exp\":1893456190", "ends before it begins")]
    [InlineData("", "\"aud\":\"mail\"", "another audience")]
    [InlineData("", "\"aud\":null", "another audience")]
    [InlineData("", "\"aud\":[]", "another audience")]
    [InlineData("", "\"iss\":\"https://elsewhere.example\"", "another issuer")]
    [InlineData("", "\"iss\":null", "another issuer")]
    [InlineData("\"alg\":\"none\"", "", "not signed in a way that is taken")]
    [InlineData("\"alg\":\"HS256\"", "", "not signed in a way that is taken")]
    [InlineData("\"alg\":null", "", "not signed in a way that is taken")]
    [InlineData("\"alg\":\"RS512\"", "", "not signed with the key that it names")]
    [InlineData("\"crit\":[\"b64\"],\"b64\":false", "", "not signed in a way that is taken")]
    [InlineData("\"typ\":\"logout+jwt\"", "", "neither an access token nor an ID token")]
    public async Task Token_WithAFault_IsRefusedAndTheFaultIsSaid(string head, string claims, string why)
    {
        await using ApiHost host = await StartAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));
        string token = _authority.Token(host.Time.GetUtcNow(), "\"azp\":\"a\"" + (claims.Length > 0 ? "," + claims : ""), head);

        Answer refused = await host.GetAsync("/jobs", TestKeys.Bearer(token));

        ShouldBeRefused(refused, why);
    }

    /// <summary>What is no token, or one that somebody else made.</summary>
    [Fact]
    public async Task Token_ThatIsForgedOrNone_IsRefused()
    {
        await using ApiHost host = await StartAsync();
        string token = _authority.Token(host.Time.GetUtcNow(), "\"azp\":\"a\"");
        string[] parts = token.Split('.');
        await using Authority other = await Authority.StartAsync();
        string issuer = $"\"azp\":\"a\",\"iss\":\"{_authority.Address}\"";
        string unsigned = $"{Authority.Encode("{\"alg\":\"none\"}"u8.ToArray())}.{parts[1]}";
        string symmetric = $"{Authority.Encode("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"first\"}"u8.ToArray())}.{parts[1]}";
        string hmac = Authority.Encode(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(_authority.PublicKey), Encoding.UTF8.GetBytes(symmetric)));

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs", TestKeys.Bearer(token))).Status);
        foreach ((string forged, string why) in new[]
        {
            ($"{unsigned}.", "not signed in a way"),
            ($"{unsigned}.{parts[2]}", "not signed in a way"),
            ($"{symmetric}.{hmac}", "not signed in a way"),
            ($"{parts[0]}.{parts[1]}.", "is not signed with the key"),
            ($"{parts[0]}.{parts[1]}.AAAA", "not signed with the key"),
            ($"{parts[0]}.{parts[1]}.{parts[2][..^4]}", "not signed with the key"),
            ($"{parts[0]}.{Authority.Encode("{\"roles\":[\"Operate\"]}"u8.ToArray())}.{parts[2]}", "not signed with the key"),
            ($"{parts[0]}.{parts[1]}", "no signed JWT either"),
            ($"{token}.AAAA.AAAA", "no signed JWT either"),
            ("..", "no signed JWT either"),
            ("§§§.$$$.%%%", "no signed JWT either"),
            ($"{Authority.Encode("{\"alg\":\"\\ud800\"}"u8.ToArray())}.AAAA.AAAA", "no signed JWT either"),
            ($"{Authority.Encode("[]"u8.ToArray())}.AAAA.AAAA", "no signed JWT either"),
            ($"{Authority.Encode(Encoding.UTF8.GetBytes(new string('[', 5_000)))}.AAAA.AAAA", "no signed JWT either"),
            ($"{parts[0]}.{Authority.Encode(new byte[75_000])}.{parts[2]}", "longer than 16384 characters"),
            (_authority.Signed("{\"alg\":\"RS256\",\"kid\":\"first\"}", "[1]"), "cannot be read"),
            (_authority.Signed("{\"alg\":\"RS256\",\"kid\":\"first\"}", "no JSON"), "cannot be read"),
            (_authority.Signed(
                "{\"alg\":\"RS256\",\"kid\":\"first\"}",
                $"{{\"iss\":\"{_authority.Address}\",\"aud\":\"jobs\",\"exp\":1893456500,\"roles\":[\"Read\"],\"azp\":\"\\ud800\"}}"), ""),
            (other.Token(host.Time.GetUtcNow(), issuer), "not signed with the key"),
            (other.Token(host.Time.GetUtcNow(), issuer, "\"kid\":\"other\""), ""),
            (other.Token(host.Time.GetUtcNow(), issuer, "\"kid\":null"), ""),
        })
        {
            ShouldBeRefused(await host.GetAsync("/jobs", TestKeys.Bearer(forged)), why);
        }
    }

    [Fact]
    public async Task Token_InTwoHeaders_IsRefused()
    {
        await using ApiHost host = await StartAsync();
        (string, string) token = Bearer(host, "\"azp\":\"a\"");

        ShouldBeRefused(await host.GetAsync("/jobs", token, token), "several Authorization headers");
    }

    /// <summary>The service's clock counts, and so much may it differ from the authority's.</summary>
    [Theory]
    [InlineData(629, null)]
    [InlineData(630, "ran out at 2030-01-01 00:10:00Z")]
    public async Task Token_AtItsEnd_IsTakenHalfAMinuteLonger(int seconds, string? why)
    {
        await using ApiHost host = await StartAsync();
        (string, string) token = Bearer(host, "\"azp\":\"a\"");

        await host.AdvanceAsync(TimeSpan.FromSeconds(seconds));
        Answer answer = await host.GetAsync("/jobs", token);

        if (why is null)
        {
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
        else
        {
            ShouldBeRefused(answer, why);
        }
    }

    [Fact]
    public async Task Stream_OfAToken_EndsWithIt()
    {
        await using ApiHost host = await StartAsync(("Api:Jwt:Queues:0", "*"));
        (string, string) token = Bearer(host, "");
        using HttpRequestMessage request = ApiHost.Request(
            HttpMethod.Get, "/events?queue=default", null, token, ("Accept", "text/event-stream"));
        using HttpResponseMessage response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Task<string> all = response.Content.ReadAsStringAsync();

        await host.AdvanceAsync(TimeSpan.FromSeconds(629));
        Assert.False(all.IsCompleted);
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        await all.WaitAsync(TimeSpan.FromSeconds(30));

        ShouldBeRefused(await host.GetAsync("/events?queue=default", token), "ran out");
    }

    [Fact]
    public async Task Wait_OfAToken_EndsWithIt()
    {
        await using ApiHost host = await StartAsync(("Api:Jwt:Queues:0", "*"), ("Api:WaitSecondsMax", "3600"));
        (string, string) token = Bearer(host, "\"roles\":[\"Work\"]");
        Task<Answer> lease = host.PostAsync("/queues/default/lease", """{"worker":"w","wait":3000}""", token);
        await Eventually.TrueAsync(() => host.Shards.Waiting == 1, "the lease waits");

        await host.AdvanceAsync(TimeSpan.FromSeconds(630));

        Assert.Equal(HttpStatusCode.NoContent, (await lease.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [Fact]
    public async Task Keys_NewOnes_AreTakenAtOnceAndOldOnesNoMore()
    {
        await using ApiHost host = await StartAsync();
        (string, string) old = Bearer(host, "\"azp\":\"a\"");
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs", old)).Status);
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));

        _authority.Rotate("second");

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs", Bearer(host, "\"azp\":\"a\""))).Status);
        ShouldBeRefused(await host.GetAsync("/jobs", old), "a key that the authority does not have");
    }

    /// <summary>Anybody can make up names of keys.</summary>
    [Fact]
    public async Task Keys_NobodyHas_AreAskedForEachHalfMinuteAtMost()
    {
        await using ApiHost host = await StartAsync();

        for (int i = 0; i < 50; i++)
        {
            await host.GetAsync("/jobs", TestKeys.Bearer(_authority.Token(host.Time.GetUtcNow(), "", $"\"kid\":\"k{i}\"")));
        }

        Assert.Equal(1, _authority.Asked);
        await host.AdvanceAsync(TimeSpan.FromSeconds(30));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            host.GetAsync("/jobs", TestKeys.Bearer(_authority.Token(host.Time.GetUtcNow(), "", $"\"kid\":\"l{i}\"")))));
        Assert.Equal(2, _authority.Asked);
    }

    [Fact]
    public async Task AuthorityAway_WithoutKeysOfIt_TokensAreAskedBackAndApiKeysTaken()
    {
        _authority.IsAway = true;
        await using ApiHost host = await StartAsync(Root);
        (string, string) token = Bearer(host, "\"azp\":\"a\"");

        Answer key = await host.GetAsync("/jobs", TestKeys.Bearer(TestKeys.Secret("root")));
        Answer wrong = await host.GetAsync("/jobs", ("X-Api-Key", "wrong-key-0123456789"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, 0), (key.Status, wrong.Status, _authority.Asked));

        for (int i = 0; i < 5; i++)
        {
            Answer unknown = await host.GetAsync("/jobs", token);
            unknown.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "authority-unavailable");
            Assert.Equal("2", unknown["Retry-After"]);
        }

        Assert.Equal(1, _authority.Asked);
        _authority.IsAway = false;
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs", token)).Status);
    }

    [Fact]
    public async Task AuthorityAway_WithKeysAtHand_GoesOnForADay()
    {
        await using ApiHost host = await StartAsync();
        string Later() => _authority.Token(host.Time.GetUtcNow(), "\"azp\":\"a\"");
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/jobs", TestKeys.Bearer(Later()))).Status);
        _authority.IsAway = true;

        await host.AdvanceAsync(TimeSpan.FromHours(23));
        Answer known = await host.GetAsync("/jobs", TestKeys.Bearer(Later()));
        Answer other = await host.GetAsync("/jobs", TestKeys.Bearer(_authority.Token(host.Time.GetUtcNow(), "", "\"kid\":\"other\"")));
        await host.AdvanceAsync(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Answer afterADay = await host.GetAsync("/jobs", TestKeys.Bearer(Later()));

        Assert.Equal(HttpStatusCode.OK, known.Status);
        other.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "authority-unavailable");
        afterADay.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "authority-unavailable");
    }

    /// <summary>What it says of itself is bounded, and is believed only where nobody can stand between.</summary>
    [Theory]
    [InlineData("endless")]
    [InlineData("stalled")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{\"issuer\":\"http://x\"}")]
    [InlineData("{\"issuer\":\"http://x\",\"jwks_uri\":\"http://192.0.2.1/keys\"}")]
    [InlineData("{\"issuer\":\"http://x\",\"jwks_uri\":\"file:///etc/passwd\"}")]
    [InlineData("{\"jwks_uri\":\"KEYS\"}")]
    public async Task Authority_ThatSaysNothingOfUse_IsAway(string says)
    {
        _authority.Lie = http => says == "endless" ? EndlessAsync(http)
            : says == "stalled" ? StalledAsync(http)
            : http.Response.WriteAsync(says.Replace("KEYS", $"{_authority.Address}/keys", StringComparison.Ordinal));
        await using ApiHost host = await StartAsync();

        Answer answer = await host.GetAsync("/jobs", Bearer(host, "")).WaitAsync(TimeSpan.FromSeconds(60));

        answer.ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "authority-unavailable");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public async Task Authority_WithNoKeysOrFarTooMany_IsAway(int count)
    {
        using var key = RSA.Create(2048);
        _authority.KeysLie = $"{{\"keys\":[{string.Join(',', Enumerable.Range(0, count).Select(i => Authority.KeyOf(key, $"k{i}")))}]}}";
        await using ApiHost host = await StartAsync();

        (await host.GetAsync("/jobs", Bearer(host, ""))).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "authority-unavailable");
    }

    [Fact]
    public async Task Token_AsTheSdksKey_Works()
    {
        await using ApiHost host = await ApiHost.StartAsync(kestrel: true, settings: _authority.Settings());
        using var client = new JobClient(new JobClientOptions
        {
            Address = host.Address,
            ApiKey = _authority.Token(host.Time.GetUtcNow(), "\"azp\":\"shop\",\"roles\":[\"Submit\"],\"submit_queues\":\"*\""),
        });

        Job job = await client.EnqueueAsync(new { To = "a" }, new JobOptions { Type = "send" });
        JobCaller me = await new JobOperations(client).MeAsync();

        Assert.Equal("shop", job.Owner);
        Assert.Equal(("anna", "shop", "token"), (me.Name, me.Owner, me.By));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 10, 0, TimeSpan.Zero), me.Expires);
    }

    private Task<ApiHost> StartAsync(params (string Name, string Value)[] besides) =>
        ApiHost.StartAsync(settings: _authority.Settings(besides));

    private (string, string) Bearer(ApiHost host, string claims) => TestKeys.Bearer(_authority.Token(host.Time.GetUtcNow(), claims));

    private static void ShouldBeRefused(Answer answer, string why)
    {
        answer.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.StartsWith(
            "Bearer realm=\"jobs\", error=\"invalid_token\", error_description=\"", answer["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Contains(why, answer["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Contains(why, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", answer.Text + answer["WWW-Authenticate"], StringComparison.Ordinal);
    }

    /// <summary>A head, the first byte, and nothing more.</summary>
    private static async Task StalledAsync(HttpContext http)
    {
        await http.Response.WriteAsync("{");
        await http.Response.Body.FlushAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task EndlessAsync(HttpContext http)
    {
        byte[] block = new byte[64 * 1024];
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.Body.WriteAsync(block, http.RequestAborted);
        }
    }
}
