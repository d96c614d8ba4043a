using JobOrchestrator.Dashboard.Values;

namespace JobOrchestrator.Dashboard.Tests.Values;

public sealed class ShownJsonTests
{
    private static readonly HiddenNames Secrets = new("*secret*");

    [Theory]
    [InlineData("""{ "b" : 1.10,"a":[ "x\u0041" ] }""")]
    [InlineData("""{"n":123456789012345678901234567890.10,"n":1}""")]
    [InlineData("\"grüße\"")]
    public void Values_WithNothingToHide_AreByteForByteAsWritten(string json) =>
        Assert.Equal(new ShownJson(json, 0), ShownJson.Of(json, Secrets));

    [Theory]
    [InlineData("""{"a":1,"secret":"x","b":2}""", """{"a":1,"secret":"●●●●","b":2}""", 1)]
    [InlineData("""{"secret" : {"deep":["x"]} , "b":2}""", """{"secret" : "●●●●" , "b":2}""", 1)]
    [InlineData("""[{"topSecret":1},{"topSecret":null}]""", """[{"topSecret":"●●●●"},{"topSecret":"●●●●"}]""", 2)]
    public void Values_HiddenByName_AreMaskedAndCounted(string json, string shown, int count) =>
        Assert.Equal(new ShownJson(shown, count), ShownJson.Of(json, Secrets));
}
