namespace JobOrchestrator.Dashboard.Tests.Pages;

public sealed class ValuesTests : IAsyncLifetime
{
    private const string Input = """{ "n" : 123456789012345678901234567890.10, "n":1, "password":"hunter2", "t":"<b>\u202e" }""";

    private PageHost _host = null!;
    private string _id = "";

    public async Task InitializeAsync()
    {
        _host = await PageHost.StartAsync();
        _id = await _host.SubmitAsync($$"""{"type":"send","input":{{Input}}}""");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Value_AsText_IsAsWrittenButForWhatIsHidden()
    {
        Page page = await _host.GetAsync($"/ui/jobs/{_id}/input");

        Assert.Equal((200, "text/plain; charset=utf-8"), (page.Status, page["Content-Type"]));
        Assert.Equal(Input.Replace("\"hunter2\"", "\"●●●●\"", StringComparison.Ordinal), page.Text);
    }

    [Fact]
    public async Task Value_ThatIsRevealed_IsWhole() =>
        Assert.Equal(Input, (await _host.GetAsync($"/ui/jobs/{_id}/input?reveal=true")).Text);

    [Fact]
    public async Task Value_AsAFile_HasANameOfOurs()
    {
        Page page = await _host.GetAsync($"/ui/jobs/{_id}/input?download=true");

        Assert.Equal("application/octet-stream", page["Content-Type"]);
        Assert.Equal($"attachment; filename=\"input-{_id}.json\"", page["Content-Disposition"]);
        Assert.DoesNotContain("hunter2", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("result")]
    [InlineData("error")]
    [InlineData("lease")]
    public async Task Value_ThatAJobHasNot_IsNotThere(string value) =>
        Assert.Equal(404, (await _host.GetAsync($"/ui/jobs/{_id}/{value}")).Status);

    [Fact]
    public async Task Page_OfTheJob_ShowsEveryDigitAndTellsWhatIsHidden()
    {
        Page page = await _host.GetAsync($"/ui/jobs/{_id}");

        Assert.Contains("123456789012345678901234567890.10", page.Text, StringComparison.Ordinal);
        Assert.Contains("1 value hidden by name", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", page.Text, StringComparison.Ordinal);
    }
}
