// Writes pptxgenjs.pptx: text boxes instead of a layout, lists, a table, a chart, notes. Run by make.sh.
const Show = require("pptxgenjs");
const show = new Show();
show.title = "Tarn Lake";
const first = show.addSlide();
first.addText("House rules", { x: 0.5, y: 0.3, w: 9, h: 0.8, fontSize: 32, bold: true });
first.addText(
  [
    { text: "Dogs above 12 kilograms.", options: { bullet: true } },
    { text: "wine bottles", options: { bullet: true, indentLevel: 1 } },
    { text: "Shows a pass.", options: { bullet: { type: "number" } } },
  ],
  { x: 0.5, y: 1.3, w: 9, h: 2 },
);
const hours = [["Season", "First boat", "Last boat"], ["Spring", "9:30", "17:15"], ["Summer", "8:00", "20:45"]];
first.addTable(hours, { x: 0.5, y: 3.5, w: 9 });
first.addNotes("Say that the jetty closes in winter.");
const visitors = [{ name: "Visitors", labels: ["2023", "2024"], values: [1200, 1450] }];
const look = { x: 1, y: 1, w: 6, h: 3, title: "Visitors a year", showTitle: true };
show.addSlide().addChart(show.ChartType.bar, visitors, look);
show.writeFile({ fileName: "pptxgenjs.pptx" });
