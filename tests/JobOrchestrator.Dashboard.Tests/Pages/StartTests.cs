using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Dashboard.Tests.Pages;

/// <summary>The form that starts a job, above all one like another.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private const string Whole =
        """
        {
          "type":"send","queue":"mail","owner":"shop","priority":7,"maxRetries":"unlimited","labels":{"tenant":"42","a":"b=c"},
          "input":{"to":"a@b.c","password":"hunter2","n":1.10}
        }
        """;

    private PageHost _host = null!;

    public async Task InitializeAsync() => _host = await PageHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    /// <summary>A browser sends back what stood in the form: what is hidden there is in no byte of it.</summary>
    [Fact]
    public async Task OneLikeAnother_IsLikeIt_AlsoInWhatIsHidden()
    {
        string id = await _host.SubmitAsync(Whole);
        Page form = await _host.GetAsync($"/ui/new?like={id}");

        Page started = await _host.PostAsync("/ui/do/start", Fields(form.Text));

        Assert.DoesNotContain("hunter2", form.Text, StringComparison.Ordinal);
        Assert.Equal(303, started.Status);
        JsonElement first = await JobAsync($"/ui/jobs/{id}"), second = await JobAsync(started["Location"]!);
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.All(
            ["type", "queue", "owner", "priority", "maxRetries", "input"],
            member => Assert.Equal(first.GetProperty(member).GetRawText(), second.GetProperty(member).GetRawText()));
        Assert.True(JsonElement.DeepEquals(first.GetProperty("labels"), second.GetProperty("labels")));
    }

    [Fact]
    public async Task OneLikeAnother_WithAnotherValue_KeepsWhatIsHiddenBesideIt()
    {
        string id = await _host.SubmitAsync(Whole);

        Page started = await _host.PostAsync(
            "/ui/do/start", ("like", id), ("type", "send"), ("input", """{"to":"x@y.z","password":"●●●●"}"""));

        Assert.Equal(
            """{"to":"x@y.z","password":"hunter2"}""", (await JobAsync(started["Location"]!)).GetProperty("input").GetRawText());
    }

    /// <summary>Half a character cannot be written out: the form is shown without its lines.</summary>
    [Fact]
    public async Task OneLikeAnother_WhoseTextIsNone_IsShown()
    {
        string id = await _host.SubmitAsync("""{"type":"send","input":{"a":"\ud800"}}""");

        Assert.Equal(200, (await _host.GetAsync($"/ui/new?like={id}")).Status);
    }

    [Theory]
    [InlineData("", "●●●●")]
    [InlineData("00000000-0000-7000-8000-000000000000", "●●●●")]
    [InlineData("", @"\u25cf\u25CF\u25cf\u25cf")]
    public async Task WhatIsHidden_AndNotKnown_IsAskedForAndNeverStored(string like, string dots)
    {
        Page page = await _host.PostAsync("/ui/do/start", ("like", like), ("type", "send"), ("input", $$"""{"password":"{{dots}}"}"""));

        Assert.Equal(422, page.Status);
        Assert.Contains("What \"password\" has is hidden", WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Equal("[]", await _host.Client.GetStringAsync("/jobs"));
    }

    [Theory]
    [InlineData("labels", "tenant", "one label a line")]
    [InlineData("maxRetries", "-1", "from 0 on, or unlimited")]
    [InlineData("priority", "high", "no whole number")]
    [InlineData("runAt", "soon", "Not before")]
    public async Task AField_ThatSaysNothing_ComesBackWithWhatIsWrong(string field, string said, string wrong)
    {
        Page page = await _host.PostAsync("/ui/do/start", ("type", "my-type"), (field, said));

        Assert.Equal(422, page.Status);
        Assert.Contains(wrong, WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Contains("my-type", page.Text, StringComparison.Ordinal);
        Assert.Equal("[]", await _host.Client.GetStringAsync("/jobs"));
    }

    /// <summary>The lines start the job of the form, whatever is in it, and hold no secret.</summary>
    [Fact]
    public async Task Lines_AreThoseOfTheJobInTheForm()
    {
        (string, string)[] form =
        [
            ("type", "send"), ("queue", "it's"), ("owner", "shop"), ("externalId", "order-7"), ("runAt", "2099-12-31T06:00Z"),
            ("priority", "-3"), ("maxRetries", "unlimited"), ("labels", "tenant=42\r\na=b"), ("input", """{ "n": 1.10 }"""),
        ];

        Page page = await _host.PostAsync("/ui/do/start", [.. form, ("show", "lines")]);

        string text = WebUtility.HtmlDecode(page.Text);
        Assert.Equal(200, page.Status);
        Assert.Contains(
            """
            -d '{"type":"send","queue":"it'\''s","owner":"shop","externalId":"order-7","input":{"n":1.10},"runAt":"2099-12-31T06:00:00Z",
            """.TrimEnd() + """
            "priority":-3,"maxRetries":"unlimited","labels":{"tenant":"42","a":"b"}}'
            """,
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            """jobs submit --queue='it'\''s' --owner='shop' --external-id='order-7' --run-at='2099-12-31T06:00:00Z' --priority='-3' """
                + """--retries='-1' --label='tenant=42' --label='a=b' 'send' '{"n":1.10}'""",
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            """await client.EnqueueAsync(JsonDocument.Parse("{\"n\":1.10}").RootElement, new JobOptions { Type = "send", """
                + """Queue = "it's", Owner = "shop", ExternalId = "order-7", RunAt = DateTimeOffset.Parse("2099-12-31T06:00:00Z"), """
                + """Priority = -3, """
                + """MaxRetries = JobTypeAttribute.Endless, Labels = new Dictionary<string, string> { ["tenant"] = "42", """
                + """["a"] = "b" } });""",
            text,
            StringComparison.Ordinal);
        Assert.Equal("[]", await _host.Client.GetStringAsync("/jobs"));
    }

    [Fact]
    public async Task Lines_OfOneLikeAnother_SayWhatIsHidden()
    {
        string id = await _host.SubmitAsync(Whole);

        Page page = await _host.GetAsync($"/ui/new?like={id}");

        string lines = page.Text.Split("id=\"lines\"")[1];
        Assert.DoesNotContain("hunter2", page.Text, StringComparison.Ordinal);
        Assert.Contains("stands for a value that is hidden", lines, StringComparison.Ordinal);
    }

    /// <summary>What a browser sends of the page's form as it stands.</summary>
    private static (string, string)[] Fields(string page)
    {
        string form = page.Split("action=\"ui/do/start\"")[1].Split("</form>")[0];
        return
        [
            .. form.Split("<input").Skip(1).Select(input => input.Split('>')[0])
                .Where(input => input.Contains("name=", StringComparison.Ordinal))
                .Select(input => (Within(input, "name"), Within(input, "value"))),
            .. form.Split("<textarea").Skip(1).Select(area =>
                (Within(area, "name"), WebUtility.HtmlDecode(area.Split('>', 2)[1].Split("</textarea>")[0]))),
        ];
    }

    private static string Within(string tag, string attribute) => tag.Contains($"{attribute}=\"", StringComparison.Ordinal)
        ? WebUtility.HtmlDecode(tag.Split($"{attribute}=\"")[1].Split('"')[0])
        : "";

    private async Task<JsonElement> JobAsync(string page) =>
        JsonDocument.Parse(await _host.Client.GetStringAsync(page.Replace("/ui/", "/", StringComparison.Ordinal))).RootElement;
}
