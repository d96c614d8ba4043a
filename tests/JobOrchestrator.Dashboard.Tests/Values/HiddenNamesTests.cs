using JobOrchestrator.Dashboard.Hosting;
using JobOrchestrator.Dashboard.Values;

namespace JobOrchestrator.Dashboard.Tests.Values;

public sealed class HiddenNamesTests
{
    [Theory]
    [InlineData("password")]
    [InlineData("dbPassWord2")]
    [InlineData("Authorization")]
    [InlineData("cardNumber")]
    public void Names_OfSecrets_AreHiddenUnlessSetOtherwise(string name) => Assert.True(new HiddenNames(new UiOptions().Redact).Has(name));

    [Theory]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("a*b*c", "axxbxxbc", true)]
    [InlineData("abc", "ABC", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", false)]
    public void Stars_StandForAnything(string pattern, string name, bool hidden) =>
        Assert.Equal(hidden, new HiddenNames(pattern).Has(name));
}
