using Microsoft.Extensions.Options;

namespace JobOrchestrator.Tests.Features;

public sealed class ApiOptionsTests
{
    [Theory]
    [InlineData("Api:ValueBytesMax", "0", "ValueBytesMax")]
    [InlineData("Api:WaitSecondsMax", "-1", "WaitSecondsMax")]
    [InlineData("Api:Keys:0:Key", "too short", "Key")]
    public async Task Start_BadSetting_StopsAndNamesIt(string setting, string value, string named)
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ApiHost.StartAsync(
                settings: new()
                {
                    ["Api:Keys:0:Name"] = "n",
                    ["Api:Keys:0:Key"] = "0123456789abcdef",
                    ["Api:Keys:0:Admin"] = "true",
                    [setting] = value,
                }));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }
}
