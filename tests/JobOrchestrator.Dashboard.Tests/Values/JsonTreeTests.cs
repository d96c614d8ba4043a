using JobOrchestrator.Dashboard.Values;

namespace JobOrchestrator.Dashboard.Tests.Values;

public sealed class JsonTreeTests
{
    private static readonly HiddenNames Secrets = new("*secret*");

    [Fact]
    public void Numbers_OfManyDigits_AreShownDigitByDigit()
    {
        JsonNode root = JsonTree.Of("""{"n":123456789012345678901234567890.10,"e":-1E+3}""", Secrets);

        Assert.Equal(["123456789012345678901234567890.10", "-1E+3"], root.Entries.Select(entry => entry.Text));
    }

    [Fact]
    public void Names_ThatAreDoubleOrOutOfOrder_AreAllThere()
    {
        JsonNode root = JsonTree.Of("""{"b":1,"a":2,"b":3}""", Secrets);

        Assert.Equal(["b", "a", "b"], root.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void Values_HiddenByName_AreNowhereInTheTree()
    {
        JsonNode root = JsonTree.Of("""{"a":{"mySecret":{"deep":"x"}},"sec\u0072et":"y","z":1}""", Secrets);

        Assert.Equal(JsonKind.Hidden, root.Entries[0].Entries[0].Kind);
        Assert.Equal(JsonKind.Hidden, root.Entries[1].Kind);
        Assert.Equal("1", root.Entries[2].Text);
        Assert.Empty(root.Entries[0].Entries[0].Entries);
    }

    [Theory]
    [InlineData("\"a\\ud800\\u0041\"", "\"a\\ud800\\u0041\"")]
    [InlineData("null", "null")]
    [InlineData("\"\"", "\"\"")]
    public void Values_ThatAreNoObject_AreTheWholeTree(string json, string told) => Assert.Equal(told, JsonTree.Of(json, Secrets).Text);

    [Fact]
    public void Names_WhoseEscapesAreNoText_AreShownAsWritten() =>
        Assert.Equal("\\ud800", JsonTree.Of("""{"\ud800":1}""", Secrets).Entries[0].Name);

    [Fact]
    public void Trees_OfManyNodes_EndAndSayHowManyThereAre()
    {
        JsonNode root = JsonTree.Of($"[{string.Join(',', Enumerable.Range(0, 2_000))}]", Secrets);

        Assert.Equal(JsonTree.NodesMax, root.Entries.Count);
        Assert.Equal(2_000, root.Count);
        Assert.Equal((JsonKind.Rest, "1501 more"), (root.Entries[^1].Kind, root.Entries[^1].Text));
    }

    [Fact]
    public void Trees_OfOneLongText_AreCut()
    {
        JsonNode root = JsonTree.Of($"""["{new string('x', 100_000)}","after"]""", Secrets);

        Assert.Equal(JsonTree.BytesMax + 3, root.Entries[0].Text!.Length);
        Assert.Equal(JsonKind.Rest, root.Entries[1].Kind);
    }

    [Fact]
    public void Trees_OfAnyDepth_AreRead() =>
        Assert.Equal(JsonKind.Entries, JsonTree.Of(new string('[', 200) + new string(']', 200), Secrets).Kind);
}
