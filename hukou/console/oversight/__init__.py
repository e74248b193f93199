"""The auditor's half of the product: alerts, inspections, paper, circulars, statistics, the wall."""
