using LocalSidecar.Resources;

namespace LocalSidecar.Tests.Resources;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(500, "500ms")]
    [InlineData(1_000, "1s")]
    [InlineData(1_500, "1.5s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(3_600_000, "1h0m0s")]
    public void Text_Milliseconds_IsAsGoPrintsIt(int milliseconds, string text)
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(text, GoDuration.Text(duration));
        Assert.True(GoDuration.TryParse(text, out TimeSpan read));
        Assert.Equal(duration, read);
    }
}
