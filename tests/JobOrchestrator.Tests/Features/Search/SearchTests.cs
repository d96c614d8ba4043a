using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features.Search;

public sealed class SearchTests
{
    [Theory]
    [InlineData("status:failed", "b")]
    [InlineData("status:new", "dca")]
    [InlineData("status:ready", "dc")]
    [InlineData("status:scheduled", "a")]
    [InlineData("status:held", "")]
    [InlineData("queue:mail", "da")]
    [InlineData("queue:mail status:ready", "d")]
    [InlineData("-queue:mail status:new,failed", "cb")]
    [InlineData("type:send*", "cb")]
    [InlineData("external:order-7", "a")]
    [InlineData("order-7", "a")]
    [InlineData("key-8", "d")]
    [InlineData("nothing-like-it", "")]
    [InlineData("ffffffff", "")]
    [InlineData("f47ac10b-58cc-4372-a567-0e02b2c3d479", "")]
    [InlineData("label.tenant:42", "b")]
    [InlineData("label.tenant:42*", "db")]
    [InlineData("label.tenant:*", "db")]
    [InlineData("label.tenant:42,421 -label.who:anna", "d")]
    [InlineData("label.Tenant:42", "")]
    [InlineData("anna", "b")]
    [InlineData("error:~boom younger:1d", "b")]
    [InlineData("younger:10m", "dcba")]
    [InlineData("older:10m", "")]
    public async Task List_ByAQuery_FindsLiveAndEndedJobsNewestFirst(string query, string names)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids = await FourJobsAsync(host);

        Assert.Equal(names, await FoundAsync(host, ids, $"/jobs?q={Uri.EscapeDataString(query)}"));
        Assert.Equal(
            string.Concat(names.Reverse()), await FoundAsync(host, ids, $"/jobs?sort=created&q={Uri.EscapeDataString(query)}"));
        Assert.Equal(names.Length, await CountAsync(host, query));
    }

    [Fact]
    public async Task List_WithParametersBesideTheQuery_HasWhatBothSay()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids = await FourJobsAsync(host);

        Assert.Equal("d", await FoundAsync(host, ids, "/jobs?queue=mail&q=status:ready"));
        Assert.Equal("", await FoundAsync(host, ids, "/jobs?queue=mail&q=queue:default"));
        Assert.Equal("ba", await FoundAsync(host, ids, "/jobs?q=&sort=-created&createdBefore=2030-01-01T00:00:02Z"));
    }

    [Theory]
    [InlineData("externalId=order-7", "a")]
    [InlineData("externalId=order", "")]
    [InlineData("externalId=a%20%22b%22%20c%5C", "")]
    [InlineData("errorType=about:blank", "b")]
    [InlineData("worker=w&queue=default", "b")]
    [InlineData("worker=nobody&queue=default", "")]
    [InlineData("phase=scheduled,failed", "ba")]
    [InlineData("phase=Ready", "dc")]
    [InlineData("status=failed,new", "dcba")]
    [InlineData("status=failed", "b")]
    [InlineData("finishedAfter=2030-01-01T00:00:00Z", "b")]
    [InlineData("finishedBefore=2030-01-01T00:00:00Z", "")]
    [InlineData("finishedAfter=2030-01-01T00:00:00Z&finishedBefore=2031-01-01T00:00:00Z", "b")]
    [InlineData("phase=new&q=queue:mail", "da")]
    public async Task List_ByParametersInPlaceOfTerms_FindsTheSame(string parameters, string names)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids = await FourJobsAsync(host);

        Assert.Equal(names, await FoundAsync(host, ids, $"/jobs?{parameters}"));
        Assert.Equal(names.Length, (await host.GetAsync($"/jobs/count?{parameters}")).Json.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("phase=faild", "phase")]
    [InlineData("status=failed,nope", "status")]
    [InlineData("finishedAfter=yesterday", "finishedAfter")]
    [InlineData("externalId=a&q=external:b", "externalId")]
    [InlineData("phase=new&status=failed,new", "status")]
    public async Task List_ByParametersThatSayNothing_IsRefusedByName(string parameters, string named)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.GetAsync($"/jobs?{parameters}");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Contains($"parameter {named}", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_PageByPage_GoesOnWhereItStopped()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids = await FourJobsAsync(host);

        Assert.Equal("dcba", await FoundAsync(host, ids, "/jobs?limit=1&q=younger:1d"));
        Assert.Equal("abcd", await FoundAsync(host, ids, "/jobs?limit=1&q=younger:1d&sort=created"));
        Assert.Equal("dca", await FoundAsync(host, ids, "/jobs?limit=2&q=status:new"));
        Assert.Equal("acd", await FoundAsync(host, ids, "/jobs?limit=2&q=status:new&sort=created"));
    }

    /// <summary>What is live is at hand, so it is shown before what has to be looked for.</summary>
    [Fact]
    public async Task List_ByAKeyThatLiveAndEndedJobsHave_ShowsLiveOnesFirstAndEachOnce()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids =
        [
            await host.SubmitAsync("""{"queue":"other","externalId":"seven"}"""),
            await host.FailAsync("""{"externalId":"seven"}"""),
        ];
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        ids = [.. ids, await host.FailAsync("""{"externalId":"seven"}""")];

        foreach (int limit in new[] { 1, 2, 3 })
        {
            Assert.Equal("acb", await FoundAsync(host, ids, $"/jobs?limit={limit}&q=seven"));
        }
    }

    [Fact]
    public async Task List_ByAnIdOrItsBeginning_IsThatJob()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(3));
        JobId[] ids = [await host.FailAsync(), await SubmitLaterAsync(host, """{"externalId":"x"}""")];
        string first = ids[0].ToString();

        Assert.Equal("a", await FoundAsync(host, ids, $"/jobs?q={first}"));
        Assert.Equal("a", await FoundAsync(host, ids, $"/jobs?q=id:{first.ToUpperInvariant()}"));
        Assert.Equal("ba", await FoundAsync(host, ids, $"/jobs?q=id:{first},{ids[1]}"));
        Assert.Equal("", await FoundAsync(host, ids, $"/jobs?q={first}%20x"));
        Assert.Equal("", await FoundAsync(host, ids, $"/jobs?q={JobId.Create(host.Time.GetUtcNow(), 0, 1)}"));
        Assert.Equal("ba", await FoundAsync(host, ids, $"/jobs?limit=1&q={first[..8]}"));
        Assert.Equal("ba", await FoundAsync(host, ids, $"/jobs?q=id:{first[..9]}*"));
        Assert.Equal("a", await FoundAsync(host, ids, $"/jobs?q=id:{first[..^3]}*,{first[..^2].ToUpperInvariant()}*"));
        Assert.Equal("", await FoundAsync(host, ids, $"/jobs?q=id:{first[..^3]}*%20status:new"));
        Assert.Equal("", await FoundAsync(host, ids, "/jobs?q=id:20300101*"));
        Assert.Equal("", await FoundAsync(host, ids, "/jobs?q=20300101"));
    }

    /// <summary>Somebody may call their orders by numbers of eight digits, or by our ids.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(36)]
    public async Task AnId_ThatOthersHaveAsTheirWord_FindsThemToo(int length)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId first = await host.SubmitAsync("""{"queue":"other"}""");
        string word = first.ToString()[..length];
        await host.AdvanceAsync(TimeSpan.FromHours(1));
        JobId ended = await host.FailAsync($$$"""{"externalId":"{{{word}}}"}""");
        JobId live = await host.SubmitAsync($$$"""{"labels":{"parent":"{{{word}}}"}}""");
        JobId[] ids = [first, ended, live];

        foreach (int limit in new[] { 1, 2, 3, 4 })
        {
            Assert.Equal("acb", await FoundAsync(host, ids, $"/jobs?limit={limit}&q={word}"));
        }

        // The id is answered at once; what may take long to find is on the next page.
        Answer first4 = await host.GetAsync($"/jobs?limit=4&q={word}");
        Assert.Equal((1, true), (first4.Json.GetArrayLength(), first4["Link"] is not null));
        Assert.Equal("b", await FoundAsync(host, ids, $"/jobs?q={word}%20status:failed"));
        Assert.Equal("ac", await FoundAsync(host, ids, $"/jobs?limit=1&q={word}%20status:new"));
    }

    [Fact]
    public async Task List_OfAPausedQueue_KnowsWhatIsHeld()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids = await FourJobsAsync(host);

        await host.PostAsync("/queues/mail/pause", "");
        Assert.Equal("d", await FoundAsync(host, ids, "/jobs?q=status:held"));
        Assert.Equal("c", await FoundAsync(host, ids, "/jobs?q=status:ready"));

        await host.PostAsync("/queues/mail/resume", "");
        Assert.Equal("", await FoundAsync(host, ids, "/jobs?q=status:held"));
        Assert.Equal("dc", await FoundAsync(host, ids, "/jobs?q=status:ready"));
    }

    [Fact]
    public async Task List_ADayOfAZone_BeginsAtItsMidnight()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId[] ids = [await host.SubmitAsync()];

        Assert.Equal("a", await FoundAsync(host, ids, "/jobs?q=created:2030-01-01"));
        Assert.Equal("", await FoundAsync(host, ids, "/jobs?q=created:2030-01-01&tz=America/New_York"));
        Assert.Equal("a", await FoundAsync(host, ids, "/jobs?q=created:2029-12-31&tz=America/New_York"));
    }

    [Fact]
    public async Task List_ThatIsNoQuery_SaysWhatIsWrongWhere()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.GetAsync("/jobs?q=queue:a+statsu:failed");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "query-malformed");
        JsonElement error = Assert.Single(answer.Json.GetProperty("queryErrors").EnumerateArray());
        Assert.Equal("""{"at":8,"length":6,"message":"`statsu` is no field; did you mean `status`?","suggestion":"status"}""",
            JsonSerializer.Serialize(error, JsonSerializerOptions.Strict).Replace("\\u0060", "`", StringComparison.Ordinal));
        Assert.Equal(error.GetProperty("message").GetString(), answer.Json.GetProperty("errors").GetProperty("?q")[0].GetString());
    }

    [Theory]
    [InlineData("q=-queue:slow", HttpStatusCode.UnprocessableEntity, "query-too-broad")]
    [InlineData("q=run:>10s", HttpStatusCode.UnprocessableEntity, "query-too-broad")]
    [InlineData("sort=priority", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("look=soon", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("tz=Nowhere/Land", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("q=order-7&cursor=nonsense", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("q=order-7&cursor=b", HttpStatusCode.OK, null)]
    [InlineData("q=order-7&cursor=a~", HttpStatusCode.BadRequest, "malformed-request")]
    [InlineData("q=younger:1d&cursor=b", HttpStatusCode.BadRequest, "malformed-request")]
    public async Task List_BadSearch_IsNamed(string query, HttpStatusCode status, string? name)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.GetAsync($"/jobs?{query}");

        Assert.Equal(status, answer.Status);
        if (name is not null)
        {
            answer.ShouldBeProblem(status, name);
        }
    }

    /// <summary>A cursor of one direction means nothing in the other.</summary>
    [Fact]
    public async Task List_OldestFirstWithACursorOfNewestFirst_Is400()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FourJobsAsync(host);
        string next = (await host.GetAsync("/jobs?limit=1"))["Link"]!;
        string cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + 7)..next.IndexOf('>', StringComparison.Ordinal)];

        Answer answer = await host.GetAsync($"/jobs?limit=1&sort=created&cursor={cursor}");

        answer.ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task Count_OfAQuery_TellsPhasesAndAges()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FourJobsAsync(host);

        JsonElement count = (await host.GetAsync("/jobs/count?q=younger:1d")).Json;

        Assert.Equal(4, count.GetProperty("count").GetInt32());
        Assert.True(count.GetProperty("exact").GetBoolean());
        Assert.Equal("""{"Scheduled":1,"Ready":2,"Failed":1}""", count.GetProperty("byPhase").GetRawText());
        Assert.Equal(
            TimeSpan.FromSeconds(3),
            count.GetProperty("newest").GetDateTimeOffset() - count.GetProperty("oldest").GetDateTimeOffset());
        Assert.Equal(host.Time.GetUtcNow(), count.GetProperty("asOf").GetDateTimeOffset());
    }

    [Fact]
    public async Task Count_OfNothing_HasNoAges()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement count = (await host.GetAsync("/jobs/count")).Json;

        Assert.Equal(["count", "exact", "asOf", "byPhase"], count.EnumerateObject().Select(member => member.Name));
        Assert.Equal("{}", count.GetProperty("byPhase").GetRawText());
    }

    [Theory]
    [InlineData("qu", "queue:")]
    [InlineData("-qu", "-queue:")]
    [InlineData("status:failed qu", "queue:")]
    [InlineData("queue:", "queue:mail queue:default")]
    [InlineData("queue:m", "queue:mail")]
    [InlineData("QUEUE:default,M", "QUEUE:default,mail")]
    [InlineData("type:", "type:simulate type:\"send fast\" type:send")]
    [InlineData("external:ord", "external:order-7")]
    [InlineData("label.", "label.area: label.tenant: label.")]
    [InlineData("-label.A", "-label.area:")]
    [InlineData("label.tenant:x,4", "label.tenant:x,421")]
    [InlineData("label.area:", "label.area:\"n 1\"")]
    [InlineData("label.Tenant:", "")]
    [InlineData("status:re", "status:ready status:retrying")]
    [InlineData("fai", "status:failed")]
    [InlineData("mai", "queue:mail")]
    [InlineData("older:1", "older:10m older:1h older:1d")]
    [InlineData("statsu:", "")]
    [InlineData("5:", "")]
    public async Task Suggest_AtTheEnd_GoesOnWithIt(string query, string suggestions)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FourJobsAsync(host);

        Answer answer = await host.GetAsync($"/search/suggest?q={Uri.EscapeDataString(query)}");

        Assert.Equal(suggestions, string.Join(' ', TextsOf(answer)));
    }

    [Fact]
    public async Task Suggest_InTheMiddle_StandsForTheTermThere()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement answer = (await host.GetAsync("/search/suggest?q=a+status+b&at=6")).Json;

        Assert.Equal((2, 6), (answer.GetProperty("at").GetInt32(), answer.GetProperty("length").GetInt32()));
        Assert.Equal(
            """[{"text":"status:","kind":"field"}]""", answer.GetProperty("suggestions").GetRawText());
    }

    /// <summary>Names outlive their jobs by a day: behind those of live ones, the most used first.</summary>
    [Theory]
    [InlineData("queue:", "queue:live queue:often queue:once")]
    [InlineData("queue:o", "queue:often queue:once")]
    [InlineData("on", "queue:once")]
    [InlineData("type:", "type:simulate type:render type:send")]
    [InlineData("owner:", "owner:shop owner:bank")]
    [InlineData("error:", "error:full error:none")]
    public async Task Suggest_OfJobsThatHaveEnded_KnowsTheNamesOfADay(string query, string suggestions)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await EndAsync(host, "often", "render", "shop", "full");
        await EndAsync(host, "often", "render", "shop", "full");
        await EndAsync(host, "once", "send", "bank", "none");
        await host.SubmitAsync("""{"queue":"live"}""");

        Answer soon = await host.GetAsync($"/search/suggest?q={query}");

        Assert.Equal(suggestions, string.Join(' ', TextsOf(soon)));
        Assert.All(
            soon.Json.GetProperty("suggestions").EnumerateArray().Where(one => one.GetProperty("text").GetString() != "queue:live"),
            one => Assert.Equal(one.GetProperty("text").GetString() == "type:simulate", one.TryGetProperty("count", out _)));
    }

    [Fact]
    public async Task Suggest_OfJobsThatHaveEnded_IsForWhoeverSeesThem()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("admin", ["Admin=true"]),
            ("shop", ["Owner=shop", "SubmitQueues:0=*", "Permissions=Submit"]),
            ("mail", ["Queues:0=mail", "Permissions=Work"]),
            ("all", ["Queues:0=*", "Permissions=Read"])));
        (string, string) admin = TestKeys.Bearer(TestKeys.Secret("admin"));
        await EndAsync(host, "pdf", "p", "shop", "x", admin);
        await EndAsync(host, "mail", "m", "bank", "y", admin);
        await EndAsync(host, "secret", "s", "bank", "z", admin);

        foreach ((string key, string queues, string types, string owners, string errors) in new[]
        {
            ("admin", "mail pdf secret", "m p s", "bank shop", "x y z"), ("all", "mail pdf secret", "m p s", "bank shop", "x y z"),
            ("shop", "", "", "shop", "x"), ("mail", "mail", "", "", "y"),
        })
        {
            Assert.Equal(
                (queues, types, owners, errors),
                (await OfAsync("queue"), await OfAsync("type"), await OfAsync("owner"), await OfAsync("error")));

            async Task<string> OfAsync(string field) => string.Join(
                ' ',
                TextsOf(await host.GetAsync($"/search/suggest?q={field}:", TestKeys.Bearer(TestKeys.Secret(key))))
                    .Select(text => text.Split(':')[1]).Order());
        }
    }

    /// <summary>Another owner's job, queue, type or key is found, counted and suggested nowhere.</summary>
    [Fact]
    public async Task Search_OfABoundKey_KnowsNothingOfOthers()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("admin", ["Admin=true"]),
            ("shop", ["Owner=shop", "SubmitQueues:0=*", "Permissions=Submit"]),
            ("mail", ["Queues:0=mail", "Permissions=Work"]),
            ("both", ["Owner=shop", "Queues:0=mail", "Permissions=Work"])));
        (string, string) admin = TestKeys.Bearer(TestKeys.Secret("admin"));
        JobId[] ids =
        [
            await SubmitLaterAsync(
                host, """{"owner":"shop","queue":"pdf","type":"p","externalId":"seven","labels":{"who":"shop"}}""", admin),
            await SubmitLaterAsync(
                host, """{"owner":"bank","queue":"mail","type":"m","externalId":"seven","labels":{"who":"mail"}}""", admin),
            await SubmitLaterAsync(
                host,
                """{"owner":"bank","queue":"secret","type":"s","externalId":"seven","labels":{"who":"bank","hidden":"x"}}""",
                admin),
        ];

        foreach ((string key, string seen, string queues) in new[]
        {
            ("admin", "cba", "queue:mail queue:pdf queue:secret"), ("shop", "a", "queue:pdf"), ("mail", "b", "queue:mail"),
            ("both", "ba", "queue:mail queue:pdf"),
        })
        {
            (string, string) bearer = TestKeys.Bearer(TestKeys.Secret(key));
            foreach (string query in new[]
            {
                "", "seven", "younger:1d", "status:new", "type:m,p,s", "label.who:*", $"id:{ids[0]},{ids[1]},{ids[2]}",
            })
            {
                Assert.Equal(seen, await FoundAsync(host, ids, $"/jobs?limit=1&q={query}", bearer));
                Assert.Equal(seen.Length, await CountAsync(host, query, bearer));
            }

            // Who has an owner is shown what is his where he asks for nothing.
            Assert.Equal(key == "both" ? "a" : seen, await FoundAsync(host, ids, "/jobs?limit=1", bearer));
            Assert.Equal(queues, string.Join(' ', TextsOf(await host.GetAsync("/search/suggest?q=queue:", bearer)).Order()));
            Assert.Equal(key == "admin", TextsOf(await host.GetAsync("/search/suggest?q=label.", bearer)).Contains("label.hidden:"));
            Assert.Equal(seen.Length, TextsOf(await host.GetAsync("/search/suggest?q=label.who:", bearer)).Count());
        }

        Answer foreign = await host.GetAsync("/jobs?q=status:new&queue=secret", TestKeys.Bearer(TestKeys.Secret("mail")));
        foreign.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    /// <summary>a: scheduled in mail, order-7; b: failed, type send; c: ready, type "send fast"; d: ready in mail, key-8.</summary>
    private static async Task<JobId[]> FourJobsAsync(ApiHost host)
    {
        JobId a = await host.SubmitAsync("""{"queue":"mail","externalId":"order-7","delaySeconds":3600,"labels":{"area":"n 1"}}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        JobId b = await host.FailAsync("""{"type":"send","labels":{"tenant":"42","who":"anna"}}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        JobId c = await host.SubmitAsync("""{"type":"send fast"}""");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        JobId d = await host.SubmitAsync("""{"queue":"mail","uniqueKey":"key-8","labels":{"tenant":"421"}}""");
        return [a, b, c, d];
    }

    private static async Task EndAsync(
        ApiHost host, string queue, string type, string owner, string error, params (string Name, string Value)[] headers)
    {
        await host.PostAsync("/jobs", $$"""{"queue":"{{queue}}","type":"{{type}}","owner":"{{owner}}"}""", headers);
        JsonElement leased = (await host.PostAsync($"/queues/{queue}/lease", """{"worker":"w"}""", headers)).Json[0];
        await host.PostAsync(
            $"/jobs/{leased.GetProperty("id").GetString()}/fail",
            $$"""
            {"leaseToken":{{leased.GetProperty("leaseToken").GetRawText()}},"retry":false,"error":{"title":"t","type":"{{error}}"} }
            """,
            headers);
    }

    /// <summary>Ids of one millisecond have no order.</summary>
    private static async Task<JobId> SubmitLaterAsync(ApiHost host, string json, params (string Name, string Value)[] headers)
    {
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        return (await host.PostAsync("/jobs", json, headers)).JobId;
    }

    /// <summary>The jobs of all pages, as letters.</summary>
    private static async Task<string> FoundAsync(ApiHost host, JobId[] ids, string path, params (string Name, string Value)[] headers)
    {
        string found = "";
        for (string? next = path; next is not null;)
        {
            Answer page = await host.GetAsync(next, headers);
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            found += string.Concat(page.Json.EnumerateArray()
                .Select(job => (char)('a' + Array.IndexOf(ids, new JobId(job.GetProperty("id").GetGuid())))));
            next = page["Link"] is { } link ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
        }

        return found;
    }

    private static async Task<int> CountAsync(ApiHost host, string query, params (string Name, string Value)[] headers) =>
        (await host.GetAsync($"/jobs/count?q={Uri.EscapeDataString(query)}", headers)).Json.GetProperty("count").GetInt32();

    private static IEnumerable<string> TextsOf(Answer answer) =>
        answer.Json.GetProperty("suggestions").EnumerateArray().Select(suggestion => suggestion.GetProperty("text").GetString()!);
}
