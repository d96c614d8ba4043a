namespace Browser;

[Collection(Browsers.Name)]
public sealed class ShellTests(Browsers browsers)
{
    [BrowserFact]
    public async Task ABrowserThatComesToTheAddressAloneSeesTheOverview()
    {
        await using Tab tab = await browsers.OpenAsync();

        await tab.GoAsync("/");

        Assert.Equal("/ui", new Uri(tab.Page.Url).AbsolutePath);
    }
}
