using Structure.Tests.Reading;

namespace Structure.Tests.Drawing;

/// <summary>The drawing itself, on two folders of a few lines.</summary>
public sealed class DraughtsmanTests
{
    private const string Kitchen =
        """
        namespace House.Kitchen;
        public sealed class Pot { public int Litres; public static Pot operator +(Pot a, Pot b) => a; }
        public sealed class HotAttribute : System.Attribute;
        public static class Cooking { public static Pot Cook(this string meal) => new Pot(); }
        """;

    [Fact]
    public void Circle_OfTwoFolders_IsToldWithAnExampleOfEachArrow()
    {
        Picture picture = Draw(
            ("Kitchen/Cook.cs", "namespace House.Kitchen;\nclass Cook { House.Hall.Table table; }"),
            ("Hall/Table.cs", "namespace House.Hall;\n\nclass Table { House.Kitchen.Cook cook; }"));

        string circle = Assert.Single(picture.Circles());
        Assert.StartsWith("circle: Hall → Kitchen → Hall", circle, StringComparison.Ordinal);
        Assert.Contains("Hall → Kitchen (1×), Hall/Table.cs:3 → Cook", circle, StringComparison.Ordinal);
        Assert.Contains("Kitchen → Hall (1×), Kitchen/Cook.cs:2 → Table", circle, StringComparison.Ordinal);
    }

    [Fact]
    public void Circle_OfThreeFolders_IsTold()
    {
        Picture picture = Draw(
            ("A/A.cs", "class A { B b; }"),
            ("B/B.cs", "class B { C c; }"),
            ("C/C.cs", "class C { A a; }"),
            ("D/D.cs", "class D { A a; B b; C c; }"));

        string circle = Assert.Single(picture.Circles());
        Assert.StartsWith("circle: A → B → C → A", circle, StringComparison.Ordinal);
        Assert.DoesNotContain("D →", circle, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrows_ThatRunOneWay_AreNoCircle()
    {
        Picture picture = Draw(
            ("Program.cs", "class Root { A a; B b; }"),
            ("A/A.cs", "class A { B b; }"),
            ("B/B.cs", "class B { }"));

        Assert.Equal([(".", "A"), (".", "B"), ("A", "B")], picture.Arrows.Select(arrow => (arrow.From, arrow.To)));
        Assert.Empty(picture.Circles());
    }

    [Fact]
    public void Circle_BetweenAFolderAndOneInsideIt_IsTold() =>
        Assert.Single(Draw(("A/A.cs", "class A { B b; }"), ("A/Inner/B.cs", "class B { A a; }")).Circles());

    [Theory]
    [InlineData("class Cook { Pot pot; }")]
    [InlineData("class Cook { System.Collections.Generic.List<Pot[]> pots; }")]
    [InlineData("class Cook { object pot = new Pot(); }")]
    [InlineData("class Cook { string name = nameof(Pot); }")]
    [InlineData("class Cook { string name = nameof(Cooking.Cook); }")]
    [InlineData("class Cook { object Work() => \"soup\".Cook(); }")]
    [InlineData("[Hot] class Cook { }")]
    [InlineData("class Cook { bool Is(object it) => it is Pot; }")]
    [InlineData("class Cook<T> where T : Pot { }")]
    [InlineData("class Cook { object Work() { var pot = House.Shop.Sells.Pot(); return pot; } }")]
    [InlineData("class Cook { object Work() { var pots = House.Shop.Sells.Pots(); return pots; } }")]
    [InlineData("class Cook { object Work() => House.Shop.Sells.Pot().Litres; }")]
    [InlineData("class Cook { object Work() => House.Shop.Sells.Pot() + House.Shop.Sells.Pot(); }")]
    [InlineData("class Cook { void Work() => House.Shop.Sells.Take(new()); }")]
    public void Reference_InWhateverForm_IsAnArrow(string code) =>
        Assert.Contains(DrawHall(code).Arrows, arrow => (arrow.From, arrow.To) == ("Hall", "Kitchen"));

    [Theory]
    [InlineData("class Cook { string pot = \"Pot\"; } // Pot")]
    [InlineData("/// <summary><see cref=\"Pot\"/></summary>\nclass Cook { }")]
    [InlineData("class Pot { } class Cook { Pot mine; }")]
    [InlineData("class Cook { object Work() => House.Shop.Sells.Pot(); }")]
    public void Mention_ThatUsesNothing_IsNoArrow(string code) =>
        Assert.DoesNotContain(DrawHall(code).Arrows, arrow => (arrow.From, arrow.To) == ("Hall", "Kitchen"));

    private static Picture DrawHall(string code) =>
        Draw(
            ("Kitchen/Kitchen.cs", Kitchen),
            ("Hall/Hall.cs", $"using House.Kitchen;\nnamespace House.Hall;\n{code}"),
            ("Shop/Shop.cs",
                """
                using House.Kitchen;
                namespace House.Shop;
                public static class Sells
                {
                    public static Pot Pot() => new();
                    public static System.Collections.Generic.List<Pot> Pots() => new();
                    public static void Take(Pot pot) { }
                }
                """));

    private static Picture Draw(params (string Path, string Code)[] files) =>
        Draughtsman.Draw(ProjectCode.Compile("House", files.Select(file => ProjectCode.Parse(file.Code, file.Path))));
}
