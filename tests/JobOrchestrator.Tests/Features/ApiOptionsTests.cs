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

    /// <summary>Whatever would have tokens taken that nobody meant to take.</summary>
    [Theory]
    [InlineData("Api:Jwt:Audience", "", "Api:Jwt:Audience is missing")]
    [InlineData("Api:Jwt:Audience", " ", "Api:Jwt:Audience is missing")]
    [InlineData("Api:Jwt:Authority", "", "Api:Jwt:Authority is missing")]
    [InlineData("Api:Jwt:Authority", "login.example.com", "is no address as in https://login.example.com/realms/main")]
    [InlineData("Api:Jwt:Authority", "ftp://login.example.com", "is no address")]
    [InlineData("Api:Jwt:Authority", "https://me@login.example.com", "is no address")]
    [InlineData("Api:Jwt:Authority", "https://login.example.com?x=1", "is no address")]
    [InlineData("Api:Jwt:Authority", "http://login.example.com", "Api:Jwt:Authority has to be https")]
    [InlineData("Api:Jwt:Authority", "http://localhost:8080", "Api:Jwt:Authority has to be https")]
    [InlineData("Api:Jwt:RequireHttpsMetadata", "false", "only for an authority on this machine")]
    [InlineData("Api:Jwt:Roles:0:Permissions", "Read", "has no Role")]
    [InlineData("Api:Jwt:Roles:0:Role", "ops", "The role 'ops' of Api:Jwt:Roles has to say either")]
    [InlineData("Api:Jwt:Roles:0:Permissions", "Reed", "it has to be None, Read, Submit, Work, Operate or ReadPayload")]
    [InlineData("Api:Origins", "*", "'*' and Api:Jwt exclude each other")]
    public async Task Start_BadSettingOfTokens_StopsAndSaysWhy(string setting, string value, string why)
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => ApiHost.StartAsync(settings: new()
            {
                ["Api:Jwt:Authority"] = "https://login.example.com/realms/main",
                ["Api:Jwt:Audience"] = "jobs",
                [setting] = value,
            }));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }
}
