import "./here.css";
